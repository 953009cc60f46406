"""Hosts the queue machine: one mailbox, durable before it acts, and the way to calls and desks."""
