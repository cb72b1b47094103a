"""The outgoing webhooks: their servers, and what was sent to them."""
