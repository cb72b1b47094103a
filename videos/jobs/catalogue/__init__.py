"""Which models, sizes, lengths and prices does each provider have?"""
