"""Surveys put together: who is written to, and what low scores lead to."""
