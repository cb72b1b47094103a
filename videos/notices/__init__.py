"""How are members notified? In the page, by email, Apprise and outgoing webhooks."""
