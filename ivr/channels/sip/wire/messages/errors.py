"""The one error of everything that reads or writes SIP."""

from __future__ import annotations


class WireError(Exception):
    """What a far end sent makes no sense; `why` says it in words for our own log.

    code: the SIP status that the sender deserves, 0 for silence. message: the `Request` as far as
    it could be read, when `respond` and `received_from` can make an answer of it; else None. It is
    never set together with 0. When we were about to write nonsense ourselves, code is 500.
    """

    def __init__(self, code: int, why: str, message: object | None = None) -> None:
        super().__init__(f"{code} {why}" if code else why)
        self.code = code
        self.why = why
        self.message = message
