"""The read-only API, /api/v1/: rounds and grants as CommonGrants 0.3 says them, projects, indicators and factors."""
