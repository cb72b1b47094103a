"""How is a character made, and which ones may appear in a clip?"""
