"""Screens on walls: the figures of some queues, by a key that can be taken back."""
