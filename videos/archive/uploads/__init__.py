"""Pictures and clips that people upload."""
