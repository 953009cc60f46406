"""Tickets as people look at them: lists and the life of one."""
