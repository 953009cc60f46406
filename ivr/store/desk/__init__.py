"""People, agents, routing, screen pops and the audit log on a database."""
