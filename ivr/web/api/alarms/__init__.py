"""The alarms on queues over the API."""
