"""What does a member ask for, is it possible, and which rows does it become?"""
