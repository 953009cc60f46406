"""What is kept of what callers say."""
