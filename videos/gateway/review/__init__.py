"""What can scripts do with clips beyond the Video API? Everything below /api."""
