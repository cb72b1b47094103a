"""The page of a share link, for people without an account."""
