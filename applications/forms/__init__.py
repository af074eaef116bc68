"""Forms of the case, one file per kind of work."""
