"""Who: persons, units, committees, and roles in a unit for a period."""
