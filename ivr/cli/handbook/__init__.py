"""What the server knows of itself, gathered from the code that does it, for `ivr explain`."""
