"""How is a job sent exactly once, and what happens if it's unclear whether it was?"""
