"""What the server asks of other systems and tells them: lookups now, pops and webhooks later."""
