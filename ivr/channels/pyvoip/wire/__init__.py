"""What the server and the process around pyVoIP agree on; pure, no sockets and no clock."""
