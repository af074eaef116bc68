"""A list of questions that a person designs, its versions and its answers: one engine for every such form."""
