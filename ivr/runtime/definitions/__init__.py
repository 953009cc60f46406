"""Changing the files that say what tickets can be about, from a page: read, check, publish."""
