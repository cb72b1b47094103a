"""How do clips come here, stay whole, and go?"""
