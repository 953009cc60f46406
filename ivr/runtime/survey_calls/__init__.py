"""Planned surveys by telephone."""
