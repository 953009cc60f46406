"""What people and programs reach over HTTP: the API, the desk, the pages."""
