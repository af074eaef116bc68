"""Pages of the pool: the account, the rounds, the acts on a round, the form of a round."""
