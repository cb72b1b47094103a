"""The team's saved prompts: their page, and the menu in the composer."""
