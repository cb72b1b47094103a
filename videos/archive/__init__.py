"""How are files stored intact, given a poster, and served?"""
