"""One extension on a trusted PBX through pyVoIP, which runs in a watched process of its own."""
