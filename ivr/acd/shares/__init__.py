"""The shares of their calls that teams are promised to queues."""
