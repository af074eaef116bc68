"""The read-only API, /api/v1/: rounds and grants in the shapes of CommonGrants, projects, indicators and factors."""
