"""One clip's page and what can be done there."""
