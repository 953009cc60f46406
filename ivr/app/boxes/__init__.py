"""Puts together what other systems are told, and what they tell us."""
