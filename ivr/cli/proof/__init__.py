"""What the command line proves and hands out: the audit log, and what is kept of a customer."""
