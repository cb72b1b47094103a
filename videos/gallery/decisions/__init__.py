"""Clips and characters that need a person's decision."""
