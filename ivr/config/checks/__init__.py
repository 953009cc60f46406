"""What no single key can tell: the parts of the configuration against one another."""
