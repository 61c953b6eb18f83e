"""`lims certificate`: list, show, pdf, dcc, verify; `issue-approved` and `renew` stand in files of their own."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from certificates.validating import Examination
from lims import calibration, certificate_lists, registry_sheets, verifying
from lims.certificate_lists import CertificateRow
from lims.commands import issuing
from lims.commands import renewals as renewal_command
from lims.commands.console import answer, home_of, language, line, note, say, table, text
from lims.commands.offline import verify_offline
from lims.commands.options import Home, Json
from lims.dcc import digital_certificate, has_schemas
from lims.errors import Invalid
from lims.keys import certificates_of
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.renewals import renewed_file
from lims.verifying import PublicRecord
from uncertainty.wording import wording

COLUMNS = ("number", "kind", "centre", "instrument", "customer", "performed_on", "issued_on", "status")
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="number", show_default=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="verify_file", show_default=False)]
Trust = Annotated[Path | None, typer.Option("--trust", metavar="FILE", help="trust", show_default=False)]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="output", show_default=False)]

Renewed = Annotated[bool, typer.Option("--renewed", help="renewed")]

group = typer.Typer(name="certificate", help="certificate", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    renewal_command.add_to(group)
    issuing.add_to(group)
    app.add_typer(group)


@group.command("list", help="certificate_list")
def list_certificates(home: Home = None, json: Json = False) -> None:
    """List the issued certificates, newest first."""
    lab = Laboratory.open(home_of(home))
    try:
        rows = [as_row(one) for one in certificate_lists.certificates(lab, OPERATOR_ACTOR)]
    finally:
        lab.close()
    if json:
        answer(rows)
        return
    heads = [text(f"column.{name}") for name in COLUMNS]
    table(heads, [[_shown(name, row[name]) for name in COLUMNS] for row in rows])
    say("certificates_found", count=len(rows))


def as_row(one: CertificateRow) -> dict[str, Any]:
    """One certificate as scripts read it."""
    return {
        "number": one.number,
        "kind": one.kind,
        "centre": one.centre,
        "centre_name": asdict(one.centre_name),
        "instrument": one.instrument,
        "instrument_name": asdict(one.item),
        "serial_number": one.serial_number,
        "customer": one.customer,
        "customer_name": asdict(one.customer_name),
        "performed_on": one.performed_on.isoformat(),
        "issued_on": one.issued_on.isoformat(),
        "status": one.status,
    }


def _shown(name: str, value: object) -> str:
    if name in ("kind", "status"):
        return text(f"word.{value}")
    if name.endswith("_on"):
        year, month, day = str(value).split("-")
        return f"{day}/{month}/{year}"
    return str(value)


@group.command("show", help="certificate_show")
def show(number: Number, home: Home = None, json: Json = False) -> None:
    """Show one certificate."""
    lab = Laboratory.open(home_of(home))
    try:
        row = as_row(registry_sheets.certificate(lab, OPERATOR_ACTOR, number))
    finally:
        lab.close()
    if json:
        answer(row)
        return
    row |= {name: row[name][language()] for name in ("centre_name", "instrument_name", "customer_name")}
    table(("", ""), [(text(f"column.{name}"), _shown(name, value)) for name, value in row.items()])


@group.command("pdf", help="certificate_pdf")
def pdf(number: Number, home: Home = None, output: Output = None, renewed: Renewed = False, json: Json = False) -> None:
    """Write the file of a certificate, as it was issued, or with its archive time stamp as it was last renewed."""
    lab = Laboratory.open(home_of(home))
    try:
        read = renewed_file if renewed else calibration.download
        file = read(lab, OPERATOR_ACTOR, number)
    finally:
        lab.close()
    target = output or Path(f"{number.strip().upper()}.pdf")
    target.write_bytes(file)
    if json:
        answer({"number": number.strip().upper(), "file": str(target), "size": len(file)})
    else:
        say("file_written", file=target, size=len(file))


@group.command("dcc", help="certificate_dcc")
def dcc(number: Number, home: Home = None, output: Output = None, json: Json = False) -> None:
    """Write a certificate as Digital Calibration Certificate."""
    lab = Laboratory.open(home_of(home))
    try:
        file, checked = digital_certificate(lab, OPERATOR_ACTOR, number), has_schemas(lab.settings)
    finally:
        lab.close()
    target = output or Path(f"{number.strip().upper()}.xml")
    target.write_bytes(file)
    if json:
        answer({"number": number.strip().upper(), "file": str(target), "size": len(file), "checked_by_schema": checked})
        return
    say("file_written", file=target, size=len(file))
    if not checked:
        say("dcc_unchecked")


@group.command("verify", help="certificate_verify")
def verify(file: File, home: Home = None, trust: Trust = None, json: Json = False) -> None:
    """Tell what a file is worth: by the record of a laboratory, or by itself where only roots are given."""
    _given(file)
    if trust is not None and home is None:
        verify_offline(file.read_bytes(), _given(trust).read_bytes(), trust.name, json=json)
        return
    roots = certificates_of(_given(trust).read_bytes(), trust.name) if trust is not None else None
    lab = Laboratory.open(home_of(home))
    try:
        record = verifying.of_file(lab, file.read_bytes())
        signatures = verifying.signatures_of(lab, file.read_bytes(), roots)
    finally:
        lab.close()
    verdict = record.verdict
    reason = wording(verdict.reason, language(), **verdict.values)
    if json:
        answer(
            {
                "verdict": verdict.verdict,
                "reason": reason,
                "number": record.number or None,
                "renewal": verdict.renewal,
                "kind": record.kind or None,
                "body": asdict(record.body) if record.body else None,
                "performed_on": record.performed_on,
                "issued_on": record.issued_on,
                "ended_on": record.ended_on,
                "replaced_by": record.replaced_by or None,
                "amended_by": [number for number, _ in record.amended_by],
                "amends": record.amends or None,
                "signatures": {"state": signatures.word, "found": [asdict(one) for one in signatures.signatures]},
                "dcc": asdict(signatures.dcc),
            }
        )
        return
    line(f"{text(f'word.{verdict.verdict}')}: {reason}")
    _say_amendments(record)
    if record.body is not None:
        note(f"{record.number} · {record.body.text(language())}")
    _say_signatures(signatures)


def _given(file: Path) -> Path:
    """A file that was named, refused where it is missing or too large."""
    if not file.is_file():
        raise Invalid("command.file_missing", file=str(file))
    if file.stat().st_size > verifying.LARGEST_FILE:
        raise Invalid("command.file_too_large", file=str(file), most=verifying.LARGEST_FILE // 1_000_000)
    return file


def _say_amendments(record: PublicRecord) -> None:
    """Say what has to be read together with the certificate."""
    for number, day in record.amended_by:
        line(wording("amendment.command_amended_by", language(), number=number, day=f"{day:%d/%m/%Y}"))
    if record.amends:
        line(wording("amendment.command_amendment_of", language(), number=record.amends))


def _say_signatures(found: Examination) -> None:
    """Say beside the verdict what the digital signatures are worth, and whose they are."""
    note(text("signatures_are", word=text(f"word.signatures_{found.word}")))
    for one in found.signatures:
        test = text("signature_test") if one.test else ""
        note("  " + text("signature_line", holder=one.holder, when=one.at, level=one.level or "TSA", test=test))
    note(wording(f"carried.pages_{found.dcc.pages}", language(), differences=", ".join(found.dcc.differences)))
    if found.dcc.signature != "none":
        note("  " + wording(f"carried.signature_{found.dcc.signature}", language(), holder=found.dcc.holder))
