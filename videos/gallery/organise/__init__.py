"""Projects, tags and collections: their pages, and the selection bar."""
