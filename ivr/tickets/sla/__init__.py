"""Service levels: which promise holds for a ticket, its clocks, and what becomes of each clock."""
