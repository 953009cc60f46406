"""Where ticket systems of others post, and what the API shows of it."""
