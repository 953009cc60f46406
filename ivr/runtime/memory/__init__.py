"""In-memory versions of the ports: test double, demo and reference at once."""
