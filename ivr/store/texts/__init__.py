"""Text messages in the database: what goes out, what came in, how far each has come."""
