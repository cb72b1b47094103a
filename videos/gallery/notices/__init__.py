"""The member's notices, how they are sent, and the team's chat."""
