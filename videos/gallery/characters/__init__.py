"""The page of characters."""
