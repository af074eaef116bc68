"""What every page is made of: who it opens to, its parts, its lists. Knows no model of ours."""
