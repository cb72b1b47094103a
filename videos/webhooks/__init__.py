"""What do providers tell us unasked?"""
