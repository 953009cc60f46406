"""Reads survey files: from bytes to a checked survey, every mistake at its place."""
