"""Text messages as such: how they are counted, what they say to a machine, and how far they got."""
