"""Budgets, and what was spent."""
