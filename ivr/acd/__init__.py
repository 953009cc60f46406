"""Decides who gets which caller: queues, skills, agents' states, offers. Pure, no I/O, no clock."""
