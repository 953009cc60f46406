"""The seams of ticket systems of others: what they call what is ours, and what they say."""
