"""The process that carries the sound of calls, and how the server talks to it."""
