"""What may be spent, and what was? The ledger's check, budgets, usage."""
