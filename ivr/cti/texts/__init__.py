"""Text messages on their way: out to a provider when they may be sent, and in to who takes them."""
