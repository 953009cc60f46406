"""What callers say into a recording of the provider: asked for, fetched, taken away from there."""
