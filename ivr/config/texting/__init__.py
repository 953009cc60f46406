"""Settings of trunks that text."""
