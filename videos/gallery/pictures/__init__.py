"""The team's reference pictures: their pages."""
