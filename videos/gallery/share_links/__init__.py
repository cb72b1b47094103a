"""The team's share links: made, listed, revoked."""
