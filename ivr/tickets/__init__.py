"""The rules of tickets: numbers, states, clocks, and who a caller is. Nothing is stored here."""
