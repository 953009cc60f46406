"""What callers say, from the channel that took it to whoever may hear it."""
