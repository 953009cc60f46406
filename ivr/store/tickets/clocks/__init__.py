"""Clocks of tickets as rows: their ledgers, and what those come to."""
