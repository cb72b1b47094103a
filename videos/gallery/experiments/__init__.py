"""Blind votes: which there are, voting, and their results."""
