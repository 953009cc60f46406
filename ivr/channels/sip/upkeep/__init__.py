"""What the SIP trunks of a server need beside their calls: bells that end, a look each second."""
