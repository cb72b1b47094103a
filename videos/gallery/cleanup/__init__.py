"""Expired clips, the trash, and bulk deletion."""
