"""Telephone calls over SIP: from phones on the desk and from carriers."""
