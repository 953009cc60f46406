"""Surveys in the running server: who is written to, what his answers lead to, who calls back."""
