"""How long data is kept, as config.yaml says it."""
