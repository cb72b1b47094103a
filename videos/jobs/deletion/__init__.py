"""How does a job go to the trash, come back, and go for good?"""
