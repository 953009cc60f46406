"""What SIP messages say and what they demand, decided without touching a socket."""
