"""Reading what surveys found, row by row."""
