"""What do scripts get? The Video API as its last publication has it, over the team's own rows."""
