"""The member's notices: their page, and marking them as read."""
