"""How is a character created, and which characters may appear in a clip?"""
