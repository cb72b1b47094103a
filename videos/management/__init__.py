"""What can an operator run? Commands parse arguments, call, and print."""
