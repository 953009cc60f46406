"""The public pages: forms that customers fill in, and how a request stands. They need no script."""
