"""The DCC of issued certificates: the numbers of the record, right of way, the command line and its schemas."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import select

from certificates.carried import carried
from certificates.content import CertificateContent, content_hash
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import read_schemas
from certificates.pdf import render
from certificates.phases import phase_tables
from certificates.xades import verify_dcc, without_signature
from lims import calibration
from lims.clock import local_iso
from lims.dcc import digital_certificate
from lims.errors import Broken, Refused
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR, SYSTEM_ACTOR, Actor
from lims.registry_entries import full_content
from lims.store.tables import Approval, Certificate, CertificateIssue
from tests.certificates.foreign_dccs import foreign
from tests.certificates.good_practice import GoodPractice
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration keeps its own file."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def test_every_issued_certificate_has_a_valid_dcc(demonstration: Path, dcc_folder: Path) -> None:
    """The DCC of every certificate of the demonstration is valid, follows the good practice and has its very digits."""
    schemas, practice, lab = read_schemas(dcc_folder), GoodPractice(), Laboratory.open(demonstration)
    try:
        with lab.store.reading() as session:
            issued = session.exec(select(Certificate).join(CertificateIssue)).all()
            contents = {one.number: CertificateContent.from_json(json.loads(one.content)) for one in issued}
        assert len(contents) == 36
        for number, content in contents.items():
            file = digital_certificate(lab, OPERATOR_ACTOR, number)
            read = read_dcc(file, schemas)
            assert practice.findings(without_signature(file)) == []  # W3C's signature has elements empty by design
            assert read.number == number
            for form in (one.forms[-1] for one in read.results[0].quantities if one.forms):
                assert form.values in columns(content)
                assert not form.expanded or form.expanded in columns(content)
                stated = content.coverage_statement.coverage_factor
                assert not form.factors or form.factors in columns(content) or set(form.factors) == {stated}
    finally:
        lab.close()


def columns(content: CertificateContent) -> list[tuple[str | None, ...]]:
    """The columns of a certificate's tables."""
    found: list[tuple[str | None, ...]] = []
    for table in phase_tables(content.results):
        ends = [*(one.before_row for one in table.ranges), len(table.rows)]
        for first, last in pairwise(ends if table.ranges else [0, len(table.rows)]):
            found += zip(*table.rows[first:last], strict=True)
    return found


def test_a_replacement_hashes_the_file_that_it_replaces(demonstration: Path, dcc_folder: Path) -> None:
    """The DCC of an amended certificate names the old one with the hash of its issued file."""
    lab = Laboratory.open(demonstration)
    try:
        with lab.store.reading() as session:
            new = session.exec(select(Certificate).where(Certificate.replaces_id != None)).first()  # noqa: E711
            assert new is not None and new.replaces_id is not None
            old = session.get_one(Certificate, new.replaces_id)
            sha256 = session.get_one(CertificateIssue, old.id).file_sha256
            numbers = (new.number, old.number)
        read = read_dcc(digital_certificate(lab, OPERATOR_ACTOR, numbers[0]), read_schemas(dcc_folder))
    finally:
        lab.close()
    assert read.replaces == numbers[1] and read.change == "substituted"
    assert read.previous is not None and read.previous.value == sha256


def test_a_stranger_gets_no_dcc(demonstration: Path) -> None:
    """Without the right to read a certificate its DCC does not exist."""
    lab = Laboratory.open(demonstration)
    try:
        with lab.store.reading() as session:
            number = session.exec(select(Certificate.number)).first()
        with pytest.raises(Refused):
            digital_certificate(lab, Actor(None, None, None, ""), number or "")
    finally:
        lab.close()


def test_the_command_line_writes_a_dcc(command: Command, demonstration: Path, dcc_folder: Path, tmp_path: Path) -> None:
    """`lims certificate dcc` writes the file and says whether it was checked; an unknown number is a refusal."""
    home = ("--home", demonstration)
    _, rows, _ = command("certificate", "list", *home, "--json")
    number, file = rows[0]["number"], tmp_path / "certificate.xml"
    status, said, _ = command("certificate", "dcc", number, *home, "-o", file, "--json")
    assert status == 0 and said["number"] == number and said["size"] == file.stat().st_size
    read = read_dcc(file.read_bytes(), read_schemas(dcc_folder))
    assert read.number == number
    assert all(Decimal(text) > 0 for one in read.results[0].quantities for text in one.forms[0].expanded if text)
    assert command("certificate", "dcc", "XX-KL-26-000001", *home, "-o", file)[0] == 2


def test_schemas_are_added_by_the_command_line(
    command: Command, demonstration: Path, dcc_folder: Path, tmp_path: Path
) -> None:
    """`lims dcc schemas add` copies the schemas into the laboratory's folder; a folder without them is refused."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_bytes((demonstration / "settings.toml").read_bytes())
    status, said, _ = command("dcc", "schemas", "add", dcc_folder, "--home", home, "--json")
    assert status == 0 and said["versions"] == ["3.3.0", "3.2.1"]
    assert (home / "schemas" / "dcc" / "v3.3.0" / "dcc.xsd").is_file()
    status, _, told = command("dcc", "schemas", "add", tmp_path, "--home", home)
    assert status == 2 and "schema" in told
    assert command("dcc", "schemas", "add", tmp_path / "none", "--home", home)[0] == 2


def test_the_command_line_reads_the_dcc_of_another_laboratory(
    command: Command, demonstration: Path, dcc_folder: Path, tmp_path: Path
) -> None:
    """`lims dcc read` refuses without schemas, then shows every number as it is written; hostile files are refused."""
    home, file = tmp_path / "home", tmp_path / "foreign.xml"
    home.mkdir()
    (home / "settings.toml").write_bytes((demonstration / "settings.toml").read_bytes())
    file.write_bytes(foreign())
    status, _, told = command("dcc", "read", file, "--home", home)
    assert status == 2 and "lims dcc schemas add" in told
    assert command("dcc", "schemas", "add", dcc_folder, "--home", home)[0] == 0
    status, shown, _ = command("dcc", "read", file, "--home", home)
    assert status == 0
    assert all(text in shown for text in ("D-K-99999 / 0815", "-1.20E-2", "0.061", "33.08", "Musterlabor", "4711"))
    status, said, _ = command("dcc", "read", file, "--home", home, "--json")
    assert status == 0 and said["results"][0]["quantities"][0]["forms"][0]["values"] == ["0.072", "-1.20E-2", "+0.30"]
    file.write_bytes(foreign(prologue="<!DOCTYPE a>"))
    status, _, told = command("dcc", "read", file, "--home", home)
    assert status == 2 and "DOCTYPE" in told
    file.write_bytes(foreign()[:-20])
    status, _, told = command("dcc", "read", file, "--home", home)
    assert status == 2 and "the file ends within a tag" in told and "send the whole file again" in told
    number = command("certificate", "list", "--home", demonstration, "--json")[1][0]["number"]
    command("certificate", "pdf", number, "--output", tmp_path / "one.pdf", "--home", demonstration)
    status, said, _ = command("dcc", "read", tmp_path / "one.pdf", "--home", home, "--json")
    assert (status, said["number"]) == (0, number)
    assert command("dcc", "read", tmp_path / "none.xml", "--home", home)[0] == 2


def test_no_text_of_a_stranger_commands_the_terminal(
    command: Command, demonstration: Path, dcc_folder: Path, tmp_path: Path
) -> None:
    """Controls that XML may carry are shown as a replacement character."""
    home, file = tmp_path / "home", tmp_path / "foreign.xml"
    home.mkdir()
    (home / "settings.toml").write_bytes((demonstration / "settings.toml").read_bytes())
    command("dcc", "schemas", "add", dcc_folder, "--home", home)
    file.write_bytes(foreign().replace(b"Musterlabor", "Muster\u009b2Jlabor\u202e".encode()))
    status, shown, _ = command("dcc", "read", file, "--home", home)
    assert status == 0 and "\u009b" not in shown and "\u202e" not in shown and "Muster\ufffd2Jlabor" in shown


def test_the_very_attachment_is_exported(command: Command, demonstration: Path, tmp_path: Path) -> None:
    """`lims certificate dcc` writes the bytes that the issued file carries, signed by the body's seal."""
    home, file = ("--home", demonstration), tmp_path / "one.pdf"
    _, rows, _ = command("certificate", "list", *home, "--json")
    number = rows[0]["number"]
    assert command("certificate", "pdf", number, "--output", file, *home)[0] == 0
    assert command("certificate", "dcc", number, "--output", tmp_path / "one.xml", *home)[0] == 0
    (attached,) = carried(file.read_bytes())
    assert attached.content == (tmp_path / "one.xml").read_bytes()
    assert (attached.name, attached.relationship) == ("dcc.xml", "Alternative")
    lab = Laboratory.open(demonstration)
    try:
        signed = verify_dcc(attached.content, lab.keys.roots(), at=lab.clock.now())
        assert signed.certificate == lab.keys.key("seal", rows[0]["centre"]).certificate
    finally:
        lab.close()


def older_file(small: SmallLaboratory) -> str:
    """A certificate issued as pages alone, as before files carried a DCC; its number."""
    job_id = small.job_in("NUMBERED")
    with small.lab.store.reading() as session:
        certificate = session.exec(select(Certificate).where(Certificate.job_id == job_id)).one()
        approval = session.exec(select(Approval).where(Approval.job_id == job_id)).one()
        settings = small.lab.settings
        content = full_content(
            session, certificate, settings.public_address, local_iso(approval.at, settings.time_zone)
        )
    calibration.complete_issue(
        small.lab, SYSTEM_ACTOR, job_id, file_sha256=small.lab.vault.put(render(content, fonts=small.lab.fonts)),
        content_sha256=content_hash(content, without_issue_fields=False),
    )  # fmt: skip
    return content.issue.number if content.issue else ""


def test_an_older_file_gets_its_dcc_from_the_record(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """Where a file carries no DCC it is written of the content that was issued; of any other content, none is."""
    small = laboratory("sqlite")
    number, trang = older_file(small), small.actors["trang"]
    assert number.encode() in digital_certificate(small.lab, trang, number)
    small.lab.settings = replace(small.lab.settings, public_address="https://another.example")
    with pytest.raises(Broken, match=number):
        digital_certificate(small.lab, trang, number)
