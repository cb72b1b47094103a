"""How do I talk to one server? Client, errors, dialects, content streams."""
