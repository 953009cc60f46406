"""What waiting callers are told: their place, how long it still takes, and when to be silent."""
