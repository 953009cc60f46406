"""The intake on a database: what came in and is no ticket yet."""
