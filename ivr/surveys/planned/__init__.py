"""Planned surveys: when a wave comes, who is drawn for it, and where each can be reached."""
