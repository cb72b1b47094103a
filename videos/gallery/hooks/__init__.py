"""The servers that are told of events, and what was sent to them."""
