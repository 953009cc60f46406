"""Reads test files: from YAML to calls in which everything is merged, named and checked."""
