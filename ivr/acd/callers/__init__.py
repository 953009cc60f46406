"""Which caller is first for an agent, and which calls count for the shares of teams."""
