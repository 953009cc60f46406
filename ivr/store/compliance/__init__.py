"""Consent, erasure, legal holds, retention and the proof of all of it, on a database."""
