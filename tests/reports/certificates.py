"""A certificate of the tests' own."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = b"a passphrase"


@contextmanager
def install_certificate(unit_code: str, data_folder: Path) -> Iterator[None]:
    """Puts a self-signed certificate of the unit into the data folder, and takes it away again."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某局")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    folder = data_folder / "certificates"
    folder.mkdir(exist_ok=True)
    file = folder / f"{unit_code}.p12"
    encryption = BestAvailableEncryption(PASSPHRASE)
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"unit", key, certificate, None, encryption))
    file.with_suffix(".passphrase").write_bytes(PASSPHRASE + b"\n")
    try:
        yield
    finally:
        file.unlink()
        file.with_suffix(".passphrase").unlink()
