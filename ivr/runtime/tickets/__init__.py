"""Tickets at run time: what is done when their times come."""
