"""How do we talk to one server? Client, errors, dialects, content streams."""
