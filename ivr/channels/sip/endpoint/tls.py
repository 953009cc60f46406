"""How TLS is spoken: version 1.2 or newer, names checked (`security.md` 11)."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def server_tls(certificate: Path, key: Path, *, callers: Path | None = None) -> ssl.SSLContext:
    """TLS for those who connect to us. All files are PEM.

    callers: authorities; with them, who shows no certificate of theirs gets no connection.
    Raises OSError (ssl.SSLError is one) if a file is missing, garbled, or the key does not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if callers is not None:
        context.load_verify_locations(callers)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_tls(authorities: Path | None = None) -> ssl.SSLContext:
    """TLS for connections of ours; the far end must prove its name.

    authorities: a PEM file; without it the machine's own list is believed. Raises OSError.
    """
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
