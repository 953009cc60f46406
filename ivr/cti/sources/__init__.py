"""Lookups: the caller's data in a web service or in a table, within a time limit, never trusted."""
