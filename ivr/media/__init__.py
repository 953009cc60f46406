"""What a caller hears and presses, as pure arithmetic on sounds, keys and words."""
