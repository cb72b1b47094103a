"""Is everything running, and what should people know?"""
