"""The money: years, rounds, ledger."""
