"""Alarms on queues: what is watched, how an alarm goes on and off, and whom it tells when."""
