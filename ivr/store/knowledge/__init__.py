"""The knowledge base on a database."""
