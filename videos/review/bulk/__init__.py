"""How are many clips changed together, at once or in parts by the mirror, and how undone?"""
