"""What somebody does about his own way in."""
