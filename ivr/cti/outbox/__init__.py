"""Delivering what other systems are to be told, each thing once that they keep, in its order."""
