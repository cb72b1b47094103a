"""Does everything run, and does it fit together?"""
