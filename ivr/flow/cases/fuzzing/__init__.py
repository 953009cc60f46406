"""Random callers: their dice, what they do, and the shortest talk that breaks a promise."""
