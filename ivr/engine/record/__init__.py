"""What is left of a call when it is over: the stretches that reports count."""
