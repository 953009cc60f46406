"""Kannel's words and ours; no input, no output."""
