"""What do scripts get? The OpenAI Video API as last published, over the team's own clips."""
