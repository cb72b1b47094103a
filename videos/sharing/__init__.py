"""Who outside the team may see what?"""
