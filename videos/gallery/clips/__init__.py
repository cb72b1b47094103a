"""The grid: which clips it shows, and how."""
