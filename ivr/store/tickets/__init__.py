"""Tickets and their clocks on a database; an operation is a function over a connection."""
