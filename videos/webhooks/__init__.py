"""What do providers report on their own, and is it genuine?"""
