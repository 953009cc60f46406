"""Surveys in the database: who was asked, by which way, and what was answered."""
