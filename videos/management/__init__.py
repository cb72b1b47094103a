"""Which commands can an operator run? They parse arguments, call a use case, and print."""
