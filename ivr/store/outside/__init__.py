"""What other systems are told, and what they call what is ours."""
