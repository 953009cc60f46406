"""Everybody in a call at the provider: rung up, moved, hung up, and what each does in a room."""
