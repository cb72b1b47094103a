"""What people think of a clip: decisions, ratings, favourites and comments."""
