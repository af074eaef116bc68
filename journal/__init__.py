"""What happened, in a chain of hashes, and whom we owe a word."""
