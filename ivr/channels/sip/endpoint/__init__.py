"""The sockets of the SIP channel: octets in, octets out, one timer, and no decision.

What the octets mean is decided by the core in `wire`; this package carries them over UDP, TCP,
TLS and WebSocket, and keeps what a stranger may cost within limits (`security.md` 11).
"""
