"""Flows that are not in the flow folder: those that calls of ours walk."""
