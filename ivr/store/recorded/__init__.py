"""Recordings on a database."""
