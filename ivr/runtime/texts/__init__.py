"""Text messages in the running server: the door they come in by, and what calls want sent."""
