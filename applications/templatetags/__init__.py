"""Tags of the application's pages."""
