"""The commands `ivr survey ...`."""
