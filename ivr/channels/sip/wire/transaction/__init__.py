"""Transactions: one request, its answers and their repetitions (RFC 3261 17, RFC 6026)."""
