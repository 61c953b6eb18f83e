"""Issued files as people get them: pages, signed DCC inside, signatures of person and seal."""

from functools import cache

from certificates.archive import as_pdf_a, dcc_attachment
from certificates.content import CertificateContent
from certificates.dcc import SCHEMA_VERSION, write_dcc
from certificates.pdf import render
from certificates.signing import sign
from certificates.xades import sign_dcc
from tests.certificates.examples import caliper, replacement, resistor, weight
from tests.certificates.signing_examples import AT, signers

CONTENTS = {
    "weight": weight(),
    "weight in English": weight(languages="en"),
    "replacement": replacement(),
    "caliper": caliper(),
    "resistor": resistor(),
}


def signed_dcc(content: CertificateContent) -> bytes:
    """The DCC with the signature of the person."""
    person = signers().person
    return sign_dcc(write_dcc(content), person.private_key, (person.certificate, *person.chain), signed_at=AT)


@cache
def whole(name: str, level: str = "B-B") -> bytes:
    """The issued file of an example, made once for each level, or "unsigned"; the faces must have been registered."""
    content = CONTENTS[name]
    archive = as_pdf_a(render(content), (dcc_attachment(signed_dcc(content), SCHEMA_VERSION),))
    return archive if level == "unsigned" else sign(archive, signers().both, AT, signers().policy(level))
