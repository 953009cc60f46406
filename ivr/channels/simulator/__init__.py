"""A phone in the terminal, in JSON and in the browser; the in-memory trunk."""
