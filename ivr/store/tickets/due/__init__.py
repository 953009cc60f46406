"""What falls due: promises looked up anew, breaches, escalations, closing."""
