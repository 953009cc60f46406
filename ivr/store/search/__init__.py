"""Search in a database: FTS5 on SQLite, tsvector on PostgreSQL, the same finds on both."""
