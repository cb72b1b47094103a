"""The use cases of a video job, by phase."""
