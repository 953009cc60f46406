"""Alarms on queues as they run: evaluated by the clock, shown, seen and told."""
