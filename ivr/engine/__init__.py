"""The call machine: one state per call, one pure step function."""
