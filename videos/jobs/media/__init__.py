"""How are clips downloaded, kept intact, and served?"""
