"""Puts the alarms on queues together."""
