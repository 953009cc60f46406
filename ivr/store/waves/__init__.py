"""Planned surveys in the database: customers to draw from, waves, and their invitations."""
