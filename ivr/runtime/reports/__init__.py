"""What the server does by itself so that reports stay true."""
