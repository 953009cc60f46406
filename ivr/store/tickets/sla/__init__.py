"""Clocks of tickets in the database: ledgers, what they come to, and what falls due."""
