"""Who has to be told? In the page, by e-mail, Apprise and outgoing webhooks."""
