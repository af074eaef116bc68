"""What machines may fetch: grants, results, figures and recipes as files with a catalogue, and a read-only API."""
