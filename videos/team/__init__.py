"""Who is the team, and who may do what?"""
