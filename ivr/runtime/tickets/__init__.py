"""The loops of the ticket store: clocks that come due."""
