"""The seams of surveys by text, and of what was answered by whatever way."""
