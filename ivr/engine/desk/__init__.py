"""What agents and supervisors ask for while a call goes on."""
