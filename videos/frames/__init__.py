"""What is in a video file, and how does it look at a glance?"""
