"""What is wrong with the queues as they are configured."""
