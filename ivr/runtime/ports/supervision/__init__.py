"""What supervisors decide for the whole house."""
