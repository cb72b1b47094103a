"""How is one thing done to many clips: at once, or by the mirror in parts, and undone?"""
