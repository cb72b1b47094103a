"""What does the team think of a clip? Decisions, ratings, comments, tags, projects, collections."""
