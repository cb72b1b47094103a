"""Which providers are there, how are they, and what can they do?"""
