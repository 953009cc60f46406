"""The settings of queues: who serves, how callers wait, and what is told of them."""
