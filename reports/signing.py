"""Electronic seals: a unit's certificate signs the PDF, where the unit has one.

The certificate lies in the data folder as `certificates/UNIT.p12`, its passphrase beside it in `UNIT.passphrase`,
both readable by the service alone. Nothing here asks another server: no time stamp, no revocation list.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from jobs.refusal import Refusal

FIELD = "Seal"


class CertificateRefused(Refusal):
    """The unit's certificate can't be used."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A PKCS#12 file and the file that holds its passphrase."""

    file: Path
    passphrase: Path


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that a PDF bears. is_intact: it covers the whole file as it is; is_own: by the unit's certificate."""

    signer: str
    is_intact: bool
    is_own: bool


def certificate_of(unit_code: str, folder: Path) -> Certificate | None:
    """The unit's certificate in the data folder, None where it has none."""
    file = folder / "certificates" / f"{unit_code}.p12"
    return Certificate(file, file.with_suffix(".passphrase")) if file.exists() else None


def signed(pdf: bytes, certificate: Certificate) -> bytes:
    """The PDF with a signature added; the bytes before it stay as they are. Raises CertificateRefused."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    _name_producer(writer)
    out = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(field_name=FIELD),
        signer=_signer(certificate),
    )
    content: bytes = out.getvalue()
    return content


def _name_producer(writer: Any) -> None:
    """Names pyHanko alone as the file's producer: in an archive's file information and metadata say the same.

    pyHanko adds itself to the name in the one, and replaces it in the other.
    """
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject
    from pyhanko.pdf_utils.metadata.model import VENDOR

    information = writer.trailer["/Info"]
    information[NameObject("/Producer")] = TextStringObject(VENDOR)
    writer.update_container(information)


def _signer(certificate: Certificate) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    load: Any = SimpleSigner.load_pkcs12

    try:
        passphrase = certificate.passphrase.read_bytes().strip() if certificate.passphrase.exists() else None
        signer = load(str(certificate.file), passphrase=passphrase)
    except (OSError, ValueError) as error:
        raise CertificateRefused(
            f"不能读取签章证书 {certificate.file.name}，请系统管理员检查文件与口令。"
        ) from error
    if signer is None:
        raise CertificateRefused(
            f"签章证书 {certificate.file.name} 打不开，口令可能不对，请系统管理员检查 "
            f"{certificate.passphrase.name}。"
        )
    return signer


def signatures_of(pdf: bytes, certificate: Certificate | None) -> list[Signature]:
    """The signatures that a PDF bears, held against the unit's certificate; none of what is no readable PDF."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    own = _signer(certificate).signing_cert.dump() if certificate else None
    found = []
    try:
        for embedded in PdfFileReader(BytesIO(pdf)).embedded_signatures:
            context = ValidationContext(trust_roots=[embedded.signer_cert], allow_fetching=False)
            status = validate_pdf_signature(embedded, context, skip_diff=True)
            found.append(
                Signature(
                    signer=embedded.signer_cert.subject.human_friendly,
                    is_intact=status.intact
                    and status.valid
                    and status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
                    is_own=embedded.signer_cert.dump() == own,
                )
            )
    except (PdfError, SigningError, SignatureValidationError, ValueError):
        return found
    return found
