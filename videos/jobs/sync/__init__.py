"""How do jobs follow the provider's state?"""
