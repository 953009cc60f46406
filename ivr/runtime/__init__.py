"""The post office: stamps events, asks the call machine, journals, carries commands out."""
