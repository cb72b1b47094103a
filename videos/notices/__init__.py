"""How are members notified? In the page, by e-mail, Apprise and outgoing webhooks."""
