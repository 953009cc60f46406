"""Text messages by a Kannel gateway: to GSM modems and SMS centres (SMPP, CIMD, UCP)."""
