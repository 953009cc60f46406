"""Twilio and the providers that speak its language: SignalWire cXML and Telnyx TeXML."""
