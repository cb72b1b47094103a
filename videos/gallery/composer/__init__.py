"""The form that makes clips."""
