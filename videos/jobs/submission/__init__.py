"""How is a request checked, and which rows are created for it?"""
