"""The application: video jobs from the prompt to the archive."""
