"""Which numbers we call that somebody from outside has named: no premium numbers, none abroad.

Who can make a call centre dial any number earns money with it (toll fraud): a caller types the
number to be called back at. Source: security.md section 11; kinds of numbers by phonenumbers.
"""

from __future__ import annotations

_DEARER = ("PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL", "PAGER", "UNKNOWN")


def is_dialable(number: str, country: str) -> bool:
    """Whether a number in E.164 is an ordinary telephone of this country (two letters)."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and many processes never need it

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_valid_number_for_region(parsed, country.upper()):
        return False
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(parsed))
    return kind not in _DEARER
