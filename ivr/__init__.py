"""An IVR server: menus written in YAML, calls over webhooks and SIP, nothing lost."""
