"""Check digits of cards, bank accounts, identity and ticket numbers, and the masking of secrets.

Sources: Luhn = ISO/IEC 7812-1 annex B; IBAN = ISO 13616 with ISO 7064 MOD 97-10; TCKN and VKN = the
published rules of the Turkish population and revenue offices; Damm = H. M. Damm, Total
anti-symmetrische Quasigruppen, Marburg 2004. Blanks between groups are allowed in IBANs, cards and
ticket numbers.
"""

from __future__ import annotations

import re

_IBAN_LENGTHS_TEXT = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29
ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25
QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_LENGTHS_TEXT.split()}
_DIGITS = re.compile(r"[0-9]+")
_DAMM_ROWS = (
    *("0317598642", "7092154863", "4206871359", "1750983426", "6123045978"),
    *("3674209581", "5869720134", "8945362017", "9438617205", "2581436790"),
)


def luhn(text: str) -> bool:
    """Whether the last digit of a card number fits the others (at least two digits)."""
    digits = text.replace(" ", "")
    if len(digits) < 2 or not _DIGITS.fullmatch(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def damm(text: str) -> bool:
    """Whether the last digit of a ticket number fits the others (at least two digits)."""
    digits = text.replace(" ", "")
    return len(digits) >= 2 and bool(_DIGITS.fullmatch(digits)) and damm_digit(digits) == "0"


def damm_digit(digits: str) -> str:
    """The check digit that belongs behind these digits; "0" if it already stands there."""
    row = "0"
    for digit in digits:
        row = _DAMM_ROWS[int(row)][int(digit)]
    return row


def iban(text: str) -> bool:
    """Whether a bank account number has its country's length and the right check digits."""
    account = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", account):
        return False
    if len(account) != _IBAN_LENGTHS.get(account[:2], len(account)):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def tckn(text: str) -> bool:
    """Whether a Turkish citizen number of 11 digits has the right last two digits."""
    if not re.fullmatch(r"[1-9][0-9]{10}", text):
        return False
    digits = [int(digit) for digit in text]
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def vkn(text: str) -> bool:
    """Whether a Turkish tax number of 10 digits has the right last digit."""
    if not re.fullmatch(r"[0-9]{10}", text):
        return False
    total = 0
    for place, digit in enumerate(text[:9]):
        shifted = (int(digit) + 9 - place) % 10
        rest = shifted * 2 ** (9 - place) % 9
        total += 9 if shifted and not rest else rest
    return int(text[9]) == -total % 10


def mask(text: str) -> str:
    """What may be said of a secret: `**** 0366`, and nothing at all under 12 characters."""
    return f"**** {text[-4:]}" if len(text) >= 12 else "****"
