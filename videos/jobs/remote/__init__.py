"""Which jobs do providers have that aren't imported here?"""
