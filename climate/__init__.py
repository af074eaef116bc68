"""What it is worth: emission factors with their source, calculators, frozen calculations. Knows no case."""
