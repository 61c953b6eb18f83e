"""Several certificates as one ZIP with an index, for those who may read each of them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from lims.errors import Invalid
from lims.registry_entries import certificate_visible, status_of, verify_url
from lims.step import Act, query
from lims.store.tables import Certificate, CertificateIssue

MOST_CERTIFICATES = 500
LARGEST = 500_000_000
INDEX = "index.csv"
COLUMNS = ("number", "kind", "performed_on", "issued_on", "status", "file", "sha256", "verify")


@dataclass(frozen=True)
class Bundle:
    """The ZIP, and how many certificates stand in it."""

    content: bytes
    count: int


@query(permission="certificate.read")
def bundle(act: Act, numbers: Sequence[str]) -> Bundle:
    """The files of certificates as they were issued, with an index; one that may not be read does not exist.

    Raises:
        Invalid: none or too many were chosen.
        Refused: one of them does not exist for this person.
    """
    chosen = [
        certificate_visible(act, number) for number in dict.fromkeys(number.strip().upper() for number in numbers)
    ]
    size = sum(issue.size for _, issue in chosen)
    if not chosen or len(chosen) > MOST_CERTIFICATES or size > LARGEST:
        raise Invalid("bulk.bundle_size", count=len(chosen), most=MOST_CERTIFICATES, megabytes=LARGEST // 1_000_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, act, INDEX, _index(act, chosen))
        for certificate, issue in chosen:
            _add(archive, act, f"{certificate.number}.pdf", act.lab.vault.get(issue.file_sha256))
    return Bundle(stream.getvalue(), len(chosen))


def _add(archive: zipfile.ZipFile, act: Act, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, act.now.timetuple()[:6]), content)


def _index(act: Act, chosen: Sequence[tuple[Certificate, CertificateIssue]]) -> bytes:
    """One row for each certificate; the hash is that of the file beside it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one, issue in chosen:
        verify = verify_url(act.lab.settings.public_address, one.token)
        writer.writerow(
            (one.number, one.kind, one.performed_on, one.issued_on, status_of(act.session, one), f"{one.number}.pdf",
             issue.file_sha256, verify)
        )  # fmt: skip
    return stream.getvalue().encode("utf-8-sig")
