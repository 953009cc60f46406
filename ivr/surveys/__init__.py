"""Surveys: who is asked, what is said, and how far an answer may be trusted."""
