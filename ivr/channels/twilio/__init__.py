"""Calls over Twilio: it asks us by webhook, we answer with documents (TwiML)."""
