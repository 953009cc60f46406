"""Customers in SQL: each operation is a plain function over one connection and one transaction.

Rules that need no database are in `ivr/tickets/identity` and `ivr/tickets/merging.py`; the classes
that the rest of the server calls are in `repository.py`.
"""
