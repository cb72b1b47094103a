"""Which providers are there, how are they doing, and what can they do?"""
