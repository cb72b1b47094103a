"""How do clips get here, stay whole, and get served?"""
