"""Session descriptions: what is offered, what is agreed."""
