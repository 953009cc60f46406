"""Files over HTTP: taken in a piece at a time, and handed out as downloads only."""
