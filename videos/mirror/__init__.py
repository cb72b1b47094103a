"""Which rows are due, and what is the one next step of each?"""

from videos.mirror.worker import Mirror

__all__ = ["Mirror"]
