"""How are many clips asked for at once?"""
