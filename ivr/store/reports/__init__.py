"""What reports count, as questions to the database; the figures are made in `ivr/reports`."""
