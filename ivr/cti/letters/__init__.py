"""What customers are told about their tickets: by mail, and by text message once it is sent."""
