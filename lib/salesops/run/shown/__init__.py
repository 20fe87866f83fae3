"""What a run shows while it goes on, and the log that it keeps."""
