"""Calls: the dialog between two ends, from INVITE to BYE (RFC 3261 12-15)."""
