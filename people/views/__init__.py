"""The pages of persons: one file per subject."""
