"""How is a job moved to the trash, restored, and deleted permanently?"""
