"""What do providers have that is not here?"""
