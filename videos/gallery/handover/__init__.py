"""Many clips at once: downloaded, exported, compared."""
