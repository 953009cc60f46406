"""Processes that the server starts and watches."""
