"""CertificateContent -> Digital Calibration Certificate: the same bytes for the same content.

Source: PTB, DCC schema 3.3.0 with D-SI 2.2.1; good practice of the DCC wiki (refTypes `basic`), DKD-E 7-2 (`mass`).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from certificates.completeness import missing_fields
from certificates.content import CertificateContent, IssueFields
from certificates.dcc_administration import administrative_data
from certificates.dcc_elements import DCC, SI, XSI, Element, Paper, check_probability, check_texts
from certificates.dcc_results import measurement_results
from uncertainty.errors import Invalid

SCHEMA_VERSION = "3.3.0"
SCHEMA_LOCATION = f"{DCC} https://ptb.de/dcc/v{SCHEMA_VERSION}/dcc.xsd"
"""Where PTB publishes the schema; nothing here ever goes there."""


@cache
def software_release() -> str:
    """The release of this software as PTB's good practice writes one: "v0.1.0"."""
    try:
        return f"v{'.'.join(version('chuan').split('.')[:3])}"
    except PackageNotFoundError:
        return "v0"


def write_dcc(content: CertificateContent, *, release: str | None = None) -> bytes:
    """The certificate as DCC 3.3.0.

    Args:
        content: complete, with its issue fields.
        release: of the software that issued it ("v0.1.0"); this one's when not given.

    Returns:
        UTF-8 XML, the same bytes on every run for the same content and release.

    Raises:
        Invalid: there is no number yet, a required field is missing, a text cannot stand in XML, a result is no plain
            number, or a unit has no D-SI form; the field is named.

    Source:
        ISO/IEC 17025:2017, 7.8.2.1 and 7.8.4.1.
    """
    issue = content.issue
    if issue is None:
        raise Invalid("dcc.draft")
    for key in missing_fields(content):
        raise Invalid(key)
    return _written(content, issue, release or software_release())


def check_dcc(content: CertificateContent) -> None:
    """Refuse a content that the DCC could not say, before there is a number; nothing else is checked.

    Raises:
        Invalid: a text cannot stand in XML, a result is no plain number, or a unit has no D-SI form; it is named.
    """
    _written(content, content.issue or NOT_ISSUED, software_release())


NOT_ISSUED = IssueFields("-", dt.date(2000, 1, 1), "2000-01-01T00:00:00+00:00", "-", "-", "-", "0")
"""What stands in for the fields that only issuing knows while a draft is tried."""


def _written(content: CertificateContent, issue: IssueFields, release: str) -> bytes:
    check_texts(content)
    check_probability(content.coverage_statement.coverage_probability)
    paper = Paper.of(content)
    results = measurement_results(content, paper, release)
    names = {name for one in results.iter() for name in one.attributes.get("refType", "").split()}
    data = administrative_data(content, issue, paper, release, {name.partition("_")[0] for name in names})
    attributes = {
        "xmlns:dcc": DCC,
        "xmlns:si": SI,
        "xmlns:xsi": XSI,
        "xsi:schemaLocation": SCHEMA_LOCATION,
        "schemaVersion": SCHEMA_VERSION,
    }
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    Element("dcc:digitalCalibrationCertificate", attributes, "", [data, results]).write(lines)
    return ("\n".join(lines) + "\n").encode("utf-8")
