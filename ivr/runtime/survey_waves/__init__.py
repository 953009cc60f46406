"""Waves of planned surveys: drawn when they are due or somebody begins one, and looked ahead at."""
