"""How do rows learn what providers have and say?"""
