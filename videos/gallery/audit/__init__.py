"""Who changed what in the team, and when?"""
