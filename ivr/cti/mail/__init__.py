"""E-mail as a channel: reading what came, whatever it looks like, and sending what we write."""
