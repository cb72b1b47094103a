"""What does a video file contain, and which pictures represent it?"""
