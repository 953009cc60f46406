"""What the provider sends and reads, byte for byte, without touching a network or a clock."""
