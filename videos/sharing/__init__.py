"""Who outside the team may see what, and how do clips leave: links, downloads, exports?"""
