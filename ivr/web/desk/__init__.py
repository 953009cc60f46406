"""Live news over HTTP: WebSocket for signed-in pages, server-sent events for outside systems."""
