"""The words everything else speaks: calls, events, commands, values. Imports nothing of ours."""
