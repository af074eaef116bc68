"""A first look: invented people, a living pool, and a page to step into each person. Not installed outside demo mode."""
