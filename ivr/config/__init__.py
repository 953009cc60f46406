"""Reads config.yaml and the files it names into one checked, frozen configuration."""
