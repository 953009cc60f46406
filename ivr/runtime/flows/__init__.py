"""The flows of the running server: swapped as a whole, watched while they are being edited."""
