"""What an admin writes: flows, prompts and their tests, read and checked without any I/O."""
