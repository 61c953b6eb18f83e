"""A DCC of another laboratory as a calibration of a standard: shown, accepted by a person, whole or not at all."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from certificates.archive import as_pdf_a, dcc_attachment
from certificates.dcc import SCHEMA_VERSION, write_dcc
from certificates.pdf import render
from certificates.xades import sign_dcc
from instruments.models import Calibration, CalibrationResult, ScopeLine, TraceabilityLink
from instruments.provenance import checks_of, source_of
from instruments.registry import results_of
from instruments.traceability import chain
from lims import dcc, receiving, registering
from lims.dcc_import import DccChoice, accept_dcc, import_dcc, preview_dcc
from lims.dcc_received import ReceivedDcc, read_received
from lims.errors import Invalid, Refused
from lims.foreign_results import REFUSED, columns_of
from lims.registering import NewInstrument, NewName
from tests.certificates.example_dccs import DCCS, thermometer
from tests.certificates.examples import weight
from tests.certificates.foreign_dccs import BOMB, foreign
from tests.certificates.keys import SIGNED_AT, certificate, new_key
from tests.laboratories import SmallLaboratory, calibrated

BECAUSE = "đã đối chiếu với bản giấy của phòng hiệu chuẩn"
QUANTITY = "conventional mass"
NORTH = ("Trung tâm Đo lường miền Bắc", "Northern Metrology Centre")


@dataclass
class Desk:
    """A laboratory with schemas, a foreign laboratory accredited for mass, and a standard that it has calibrated."""

    small: SmallLaboratory
    code: str
    instrument_id: str
    laboratory_id: str

    def read(self, content: bytes, name: str = "dcc.xml") -> ReceivedDcc:
        """Read a file as the quality manager."""
        return read_received(self.small.lab, self.small.actors["trang"], content, name)

    def found(self, received: ReceivedDcc, choice: DccChoice | None = None) -> set[str]:
        """The keys of what the preview finds."""
        shown = preview_dcc(self.small.lab, self.small.actors["trang"], self.code, received=received, choice=choice)
        return {one.said.key.removeprefix("received.") for one in shown.findings}

    def choice(self, received: ReceivedDcc, **changes: object) -> DccChoice:
        """What the preview proposes, with a reason."""
        trang = self.small.actors["trang"]
        proposed: DccChoice = preview_dcc(self.small.lab, trang, self.code, received=received).choice
        return replace(proposed, because=BECAUSE, valid_until=date(2027, 11, 1), **changes)  # type: ignore[arg-type]

    def accept(self, received: ReceivedDcc, choice: DccChoice, *, who: str = "trang") -> Calibration:
        """Accept it."""
        return accept_dcc(self.small.lab, self.small.actors[who], self.instrument_id, received=received, choice=choice)

    def counted(self) -> tuple[int, int]:
        """How many calibrations and results there are."""
        with self.small.lab.store.reading() as session:
            tables = (Calibration, CalibrationResult)
            one, other = (session.exec(select(func.count()).select_from(table)).one() for table in tables)
        return one, other


@pytest.fixture
def desk(laboratory: Callable[..., SmallLaboratory], dcc_folder: Path) -> Desk:
    """The desk of the quality manager."""
    small = laboratory("sqlite")
    small.later(timedelta(days=6))
    trang = small.actors["trang"]
    dcc.add_schemas(small.lab.settings, dcc_folder)
    body = registering.found_body(
        small.lab, small.actors["admin"], code="PTN-BAC", kind="laboratory",
        name=NewName(*NORTH, "1 phố Mẫu, Hà Nội", "1 Mau St, Hanoi"), parent_id=small.ids["institute"],
    )  # fmt: skip
    line = ScopeLine(
        body_id=body.id, kind="ilac", number="VILAS 000", line="1", quantity=QUANTITY, lower="1", upper="20", unit="kg",
        cmc="30", cmc_unit="mg", valid_from=date(2020, 1, 1),
    )  # fmt: skip
    registering.record_recognition(
        small.lab, trang, centre_id=small.ids["centre"], body_id=body.id, kind="ilac", number="VILAS 000",
        evidence="trang của tổ chức công nhận", valid_from=date(2020, 1, 1), valid_to=None, lines=[line],
    )  # fmt: skip
    instrument = registering.register_standard(
        small.lab, trang, centre_id=small.ids["centre"],
        new=NewInstrument(
            "Quả cân 10 kg", "Weight, 10 kg", code="CT-KL-031", maker="xưởng cơ khí chính xác Hà Đông",
            serial_number="QC 1204", quantity=QUANTITY, nominal="10", nominal_unit="kg", level="working",
            kind="standard",
        ),
    )  # fmt: skip
    return Desk(small, "CT-KL-031", instrument.id, body.id)


@pytest.fixture(scope="module")
def file() -> bytes:
    """The DCC of the weight, not signed."""
    return write_dcc(weight())


@pytest.fixture(scope="module")
def signed(file: bytes) -> bytes:
    """The same, signed by somebody whom nobody knows."""
    above, key = new_key(), new_key()
    authority = certificate("Authority", above.public_key(), "Authority", above, authority=True)
    return sign_dcc(file, key, (certificate("Signer", key.public_key(), "Authority", above), authority),
                    signed_at=SIGNED_AT)  # fmt: skip


def test_a_dcc_becomes_the_calibration_of_a_standard(desk: Desk, file: bytes) -> None:
    """The digits of the file, its bytes, the checked recognition with its scope line: all kept; the chain holds."""
    received = desk.read(file)
    assert desk.found(received) == {"signature_none", "item_matches", "recognition_held", "upstream_unknown"}
    entry = desk.accept(received, desk.choice(received))
    lab = desk.small.lab
    with lab.store.reading() as session:
        (result,) = results_of(session, entry.id)
        assert (result.value, result.unit, result.nominal, result.nominal_unit) == ("10000.025", "g", "10", "kg")
        assert (result.expanded_uncertainty, result.uncertainty_unit, result.coverage_factor) == ("0.059", "g", "2")
        assert (result.quantity, result.coverage_probability) == (QUANTITY, "0.9545")
        check = checks_of(session, entry.id)[result.id]
        assert check.held and check.scope_line_id is not None and check.claimed == "ilac"
        source = source_of(session, entry.id)
        assert source is not None and lab.received.get(source.file_sha256) == file
        assert (source.kind, source.signature, source.accepted_because) == ("dcc", "none", BECAUSE)
        assert ["received.signature_none", {}] in json.loads(source.findings)
        found = chain(session, desk.instrument_id, desk.small.clock.moment.date())
        assert found.unbroken, [one.text("en") for one in found.breaks]
    assert receiving.received_file(lab, desk.small.actors["hang"], entry.id)[1] == file


def test_a_dcc_inside_an_archive_file_is_the_same(desk: Desk, file: bytes, faces: Path) -> None:
    """The DCC that a PDF/A-3 carries is read out of it; the PDF itself is what is kept."""
    pdf = as_pdf_a(render(weight(), fonts=faces / "fonts"), (dcc_attachment(file, SCHEMA_VERSION),))
    received = desk.read(pdf, "certificate.pdf")
    assert received.says == desk.read(file).says
    assert received.file.sha256 != desk.read(file).file.sha256
    without = as_pdf_a(render(weight(), fonts=faces / "fonts"))
    for wrong, key in ((without, "pdf_without_dcc"), (pdf[:2000], "pdf_unreadable")):
        with pytest.raises(Invalid) as answer:
            desk.read(wrong, "certificate.pdf")
        assert answer.value.key == f"received.{key}"


def test_an_unknown_signer_is_marked_and_a_broken_signature_refused(desk: Desk, signed: bytes) -> None:
    """Somebody whom nobody knows is named and needs a reason in words; a changed digit after signing is refused."""
    received = desk.read(signed)
    assert (received.signature.state, received.signature.signer) == ("untrusted", "Signer")
    choice = desk.choice(received)
    before = desk.counted()
    with pytest.raises(Refused) as answer:
        desk.accept(received, replace(choice, because=""))
    assert answer.value.key == "received.reason_needed" and desk.counted() == before
    assert desk.accept(received, choice).certificate_number == received.says.number
    for changed in (signed.replace(b"10000.025", b"10000.052"), signed.replace(b"QC-1204", b"QC-1205")):
        assert changed != signed
        with pytest.raises(Invalid, match="signature"):
            desk.read(changed)


def test_a_dcc_of_another_instrument_is_refused(desk: Desk, file: bytes) -> None:
    """Another serial number is refused with both numbers; a file without one is marked; nothing is entered."""
    before = desk.counted()
    other = desk.read(file.replace(b"QC-1204", b"QC-9999"))
    with pytest.raises(Refused) as answer:
        desk.accept(other, desk.choice(other))
    assert "QC-9999" in str(answer.value) and "QC 1204" in str(answer.value)
    assert desk.counted() == before
    assert "item_differs" in desk.found(desk.read(file.replace("Hà Đông".encode(), "Hà Tây".encode())))


def test_units_of_another_kind_are_refused(desk: Desk) -> None:
    """A column in ohms is not taken over under the quantity of a weight; under its own name it may be."""
    received = desk.read(write_dcc(dataclasses.replace(DCCS["resistor"](), item=weight().item)))
    (column,) = received.columns
    choice = desk.choice(received, laboratory_id=desk.laboratory_id)
    wrong = replace(choice, quantities={column.key: QUANTITY})
    before = desk.counted()
    with pytest.raises(Refused) as answer:
        desk.accept(received, wrong)
    assert "ohm" in str(answer.value) and desk.counted() == before
    assert "unit_of_other_kind" not in desk.found(received, replace(wrong, quantities={column.key: "resistance"}))


def test_a_laboratory_that_is_not_in_the_register_is_said(desk: Desk, file: bytes) -> None:
    """An unknown laboratory stands against the import; one of another name, or not recognised, is marked."""
    unknown = desk.read(file.replace(NORTH[0].encode(), b"Phong X").replace(NORTH[1].encode(), b"Laboratory X"))
    assert "laboratory_unknown" in desk.found(unknown)
    chosen = DccChoice(desk.small.ids["institute"], "ilac", quantities={unknown.columns[0].key: QUANTITY})
    assert {"laboratory_differs", "recognition_not_held"} <= desk.found(unknown, chosen)


def test_a_certificate_is_entered_once(desk: Desk, file: bytes) -> None:
    """The same certificate of the same laboratory is refused the second time, before and in the act."""
    received = desk.read(file)
    choice = desk.choice(received)
    desk.accept(received, choice)
    before = desk.counted()
    assert "entered_already" in desk.found(received, choice)
    with pytest.raises(Refused):
        desk.accept(received, choice)
    assert desk.counted() == before


def test_only_the_centre_that_keeps_the_standard_imports(desk: Desk, file: bytes) -> None:
    """A technician may not read such a file in, and the act itself refuses him too."""
    received = desk.read(file)
    with pytest.raises(Refused):
        desk.accept(received, desk.choice(received), who="hang")
    with pytest.raises(Refused):
        import_dcc(
            desk.small.lab, desk.small.actors["hang"], desk.instrument_id, received=received,
            choice=desk.choice(received),
        )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        foreign(prologue=BOMB),
        foreign(prologue='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        b"<html/>",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"",
    ],
    ids=["bomb", "external entity", "html", "empty pdf", "zip", "nothing"],
)
def test_hostile_files_are_refused_before_anything_is_kept(desk: Desk, content: bytes) -> None:
    """Bombs, external entities and files of another kind are refused by name, and nothing is kept."""
    with pytest.raises(Invalid):
        desk.read(content)
    assert not desk.small.lab.received.hashes()


def test_as_found_does_not_serve_as_the_value_of_a_standard(desk: Desk) -> None:
    """Results before and after an adjustment are both kept, and those that hold come first."""
    kept = dataclasses.replace(weight().results[0], phase="as_left")
    before = dataclasses.replace(kept, phase="as_found", rows=(("10", "10000.325", "0.325", "0.059", "2"),))
    received = desk.read(write_dcc(dataclasses.replace(weight(), results=(before, kept))))
    entry = desk.accept(received, desk.choice(received))
    with desk.small.lab.store.reading() as session:
        rows = [(one.phase, one.value) for one in results_of(session, entry.id)]
    assert rows == [("as_left", "10000.025"), ("as_found", "10000.325")]


def test_several_quantities_with_ranges_come_as_columns(desk: Desk) -> None:
    """Each result of each range is a column with points, k and U in our units; a relative U stays relative."""
    multimeter = columns_of(desk.read(write_dcc(DCCS["multimeter"]())).says)[0]
    rows = [(one.nominal, one.nominal_unit, one.value, one.unit, one.measuring_range, one.kind)
            for column in multimeter for one in column.rows]  # fmt: skip
    assert rows[0] == ("100", "mV", "0.0012", "mV", "Thang 100 mV", "measurement_error")
    assert rows[2] == ("1", "V", "0.000012", "V", "Thang 1 V", "measurement_error")
    ((gauge,),) = (columns_of(desk.read(write_dcc(DCCS["psi gauge"]())).says)[0],)
    (row,) = gauge.rows
    assert (row.value, row.unit, row.expanded_uncertainty, row.uncertainty_unit) == ("100.2", "psi", "0.15", "%")
    found, findings = columns_of(desk.read(write_dcc(thermometer())).says)
    assert [one.rows[0].phase for one in found] == ["as_found", "as_left"]
    assert [len(one.rows) for one in found] == [1, 2]
    assert "received.value_missing" in {one.said.key for one in findings}


STANDARD = r"""<dcc:quantity refType="basic_measuredValue"><dcc:name><dcc:content>R</dcc:content></dcc:name>
 <si:real><si:value>306.23</si:value><si:unit>\ohm</si:unit>{u}</si:real></dcc:quantity>"""
INTERVAL = r"""<si:coverageInterval><si:standardUnc>0.0510</si:standardUnc><si:intervalMin>{least}</si:intervalMin>
 <si:intervalMax>{most}</si:intervalMax><si:coverageProbability>0.95</si:coverageProbability>
 <si:distribution>normal</si:distribution></si:coverageInterval>"""


@pytest.mark.parametrize(
    ("least", "most", "kept"),
    [("306.13", "306.33", ("0.1", "1.96", "0.95")), ("306.13", "306.43", None)],
    ids=["symmetric", "asymmetric"],
)
def test_a_coverage_interval_is_taken_where_it_is_symmetric(
    desk: Desk, least: str, most: str, kept: tuple[str, str, str] | None
) -> None:
    """A symmetric interval gives U and k by its distribution; an asymmetric one is refused with row and remedy."""
    text = STANDARD.replace("{u}", INTERVAL.replace("{least}", least).replace("{most}", most))
    columns, findings = columns_of(desk.read(foreign(text)).says)
    if kept is None:
        assert not columns
        assert [one.said.key for one in findings if one.weight == REFUSED] == ["received.interval_asymmetric"]
        return
    (row,) = columns[0].rows
    assert (row.expanded_uncertainty, row.coverage_factor, row.coverage_probability) == kept


def test_the_standards_that_a_dcc_names_become_links_of_the_chain(desk: Desk, file: bytes) -> None:
    """What the file names is proposed and carries the chain; later, own and unknown ones are refused."""
    trang, lab, small = desk.small.actors["trang"], desk.small.lab, desk.small
    received = desk.read(file.replace(b"HN-KL-26-000311", b"VDL-26-0088"))
    shown = preview_dcc(lab, trang, desk.code, received=received)
    (named,) = shown.standards
    assert named.offered[0].laboratory.vi == "Viện Đo lường mẫu"
    assert (named.proposed, shown.choice.upstream) == (small.ids["working"], (small.ids["working"],))
    assert "upstream_linked" in desk.found(received)
    assert "upstream_open" in desk.found(received, replace(shown.choice, upstream=()))
    later = calibrated(small, small.ids["standard"], "VDL-26-0099", "45 mg", None, performed_on=date(2026, 11, 20))
    for wrong, key in (((later,), "upstream_later"), (("0" * 36,), "upstream_missing")):
        choice = desk.choice(received, upstream=wrong)
        assert key in desk.found(received, choice)
        with pytest.raises(Refused):
            desk.accept(received, choice)
    entry = desk.accept(received, desk.choice(received))
    with lab.store.reading() as session:
        found = chain(session, desk.instrument_id, small.clock.moment.date())
        links = session.exec(select(TraceabilityLink).where(TraceabilityLink.calibration_id == entry.id)).all()
    assert [one.upstream_calibration_id for one in links] == [small.ids["working"]]
    assert found.unbroken and "VDL-26-0088" in {one.certificate for one in found.links}
    own = desk.choice(received, upstream=(entry.id,))
    assert "upstream_itself" in desk.found(received, own)
    registering.withdraw_calibration(lab, trang, small.ids["working"], reason=BECAUSE)
    assert "upstream_withdrawn_since" in desk.found(received, desk.choice(received, upstream=(small.ids["working"],)))


def test_a_standard_is_found_by_its_own_code_and_an_unknown_one_is_said(desk: Desk, file: bytes) -> None:
    """Where the number is another, certificates of a standard with that code are offered and none is proposed."""
    received = desk.read(file.replace(b"KL-F2-10", b"ct kl 017"))
    shown = preview_dcc(desk.small.lab, desk.small.actors["trang"], desk.code, received=received)
    (named,) = shown.standards
    assert [one.calibration_id for one in named.offered] == [desk.small.ids["working"]]
    assert named.proposed == "" and shown.choice.upstream == ()
    assert "upstream_open" in desk.found(received) and "upstream_unknown" in desk.found(desk.read(file))
