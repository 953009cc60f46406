"""Passwords that attackers try first, made by rule: words of this country and of keyboards.

Only what is long enough to be a password at all is listed (12 characters and more).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

LEAST = 12
_WORDS = (
    *("password", "passw0rd", "parola", "sifre", "sifrem", "gizlisifre", "yenisifre"),
    *("qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbnm", "qazwsx", "1q2w3e4r", "1qaz2wsx"),
    *("admin", "administrator", "yonetici", "operator", "supervisor", "agent", "musteri"),
    *("welcome", "hosgeldiniz", "hosgeldin", "merhaba", "letmein", "changeme", "default", "secret"),
    *("iloveyou", "seniseviyorum", "askim", "askimbenim", "canim", "bitanem", "sunshine"),
    *("galatasaray", "fenerbahce", "besiktas", "trabzonspor", "bursaspor", "football", "baseball"),
    *("istanbul", "ankara", "izmir", "antalya", "turkiye", "turkey", "ataturk", "superman"),
    *("batman", "pokemon", "dragon", "monkey", "princess", "starwars", "computer", "bilgisayar"),
    *("callcenter", "callcentre", "cagrimerkezi", "telefon", "internet", "michael", "mustafa"),
)
_TAILS = (
    *("", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789"),
    *("1234567890", "0", "00", "000", "321", "4321", "54321", "111", "1111", "111111", "007"),
    *("1453", "1881", "1903", "1905", "1907", "1923", "1967", "2020", "2021", "2022", "2023"),
    *("2024", "2025", "2026", "2027", "34", "06", "35", "61", "qwerty", "abc", "abc123"),
)
_ENDS = ("", "!", ".", "*", "!!", "?")
_RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    *("qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p"),
)
_UNIT = re.compile(r"(.{1,12}?)\1+.{0,5}")
_PLAIN = str.maketrans("çğıöşüâî", "cgiosuai")


def folded(password: str) -> str:
    """The same text without capitals and Turkish letters, as it is compared."""
    return password.replace("İ", "i").casefold().translate(_PLAIN)


@cache
def common() -> frozenset[str]:
    """Every listed password, folded; made when it is first asked for."""
    return frozenset(
        made
        for word, tail, end in product(_WORDS, _TAILS, _ENDS)
        for made in (f"{word}{tail}{end}", f"{tail}{word}{end}", f"{word}{word}{tail}")
        if len(made) >= LEAST
    )


def is_common(password: str) -> bool:
    """Whether guessers try it early: a listed word, a short piece repeated, a run of keys."""
    text = folded(password)
    forwards_or_back = (text, text[::-1])
    return (
        text in common()
        or _UNIT.fullmatch(text) is not None
        or any(part in run for part in forwards_or_back for run in _RUNS)
    )
