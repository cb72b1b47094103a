"""How does a job reach its provider once, and what if nobody knows whether it did?"""
