"""Clips at risk, lost, or only here; the trash; deleting many at once."""
