"""Calls that we begin."""
