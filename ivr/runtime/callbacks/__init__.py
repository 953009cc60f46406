"""Customers who were promised a call: what was promised, when it is tried, and how it went."""
