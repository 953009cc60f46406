"""The catalogue of tickets: categories, forms, statuses, promises and texts, read from YAML."""
