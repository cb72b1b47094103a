"""Which servers are there, how are they, and what may be asked of them?"""
