"""A certificate for tests, its own authority, good for a loopback address and for localhost."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ivr.channels.sip.endpoint.tls import server_tls

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

MADE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Papers:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path

    @classmethod
    def write(cls, folder: Path, address: str) -> Papers:
        """Make them for an address and for localhost."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = cls(folder / "certificate.pem", folder / "key.pem")
        made.certificate.write_bytes(_certificate(key, address).public_bytes(Encoding.PEM))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        made.key.write_bytes(secret)
        made.key.chmod(0o600)
        return made

    def server(self) -> ssl.SSLContext:
        """For those who show it."""
        return server_tls(self.certificate, self.key)


def _certificate(key: ec.EllipticCurvePrivateKey, address: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(address))]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE)
        .not_valid_after(MADE + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
