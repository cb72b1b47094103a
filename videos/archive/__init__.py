"""How do bytes arrive whole, get a poster, and leave by Range?"""
