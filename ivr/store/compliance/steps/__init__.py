"""What the job of an erasure does, kind by kind; each is one transaction and can be done again."""
