"""The API of flows: what runs, who is inside, and what is wrong with the files."""
