"""What do people ask for, can it be had, and what does it become?"""
