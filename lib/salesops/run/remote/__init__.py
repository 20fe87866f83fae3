"""Reports behind a URL."""
