"""How does an admin see, add and change providers and their models?"""
