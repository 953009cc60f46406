"""SIP messages: octets in, messages out, and back."""
