"""How is a job sent exactly once, and what if nobody knows whether it was?"""
