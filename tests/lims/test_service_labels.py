"""Service labels of issued certificates: what they say, the trap of intervals, and when there is none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from certificates.label_forms import label_forms
from instruments.models import Recognition, ScopeLine
from lims import calibration, registering, service_labels
from lims.errors import Invalid, Refused
from lims.marks import scope_standing
from lims.people import OPERATOR_ACTOR
from lims.service_labels import draw_service_label, service_label, settle_label_due, sizes
from tests.certificates.reading import one_spaced, text_of
from tests.laboratories import REASON, SmallLaboratory
from tests.lims.conftest import Command

AGREED = "công văn 12/CV-KH ngày 02/11/2026"


@pytest.fixture
def small(laboratory: Callable[[str], SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory on SQLite."""
    return laboratory("sqlite")


def with_interval(small: SmallLaboratory) -> None:
    """Twelve months between calibrations are decided for the customer's weight."""
    registering.describe_item(
        small.lab, small.actors["hang"], small.ids["item"], name="calibration_interval_months", text="12", unit="1"
    )


def test_a_calibration_label_names_a_due_date_only_where_agreed(small: SmallLaboratory) -> None:
    """Number, serial number, day and the address of the public page; no due date until the customer's agreement."""
    with_interval(small)
    _, number = small.whole_job()
    label = service_label(small.lab, small.actors["hang"], number)
    said, certificate = label.values, small.certificate(number)
    assert (label.service, label.centre, said["kind"]) == ("calibration", "MB", "HIỆU CHUẨN")
    assert said["number"] == number and said["serial"].endswith("30127-item")
    assert said["address"].endswith(f"/verify/{certificate.token}")
    assert said["date"] == f"{certificate.performed_on:%d/%m/%Y}" and said["due"] == ""
    settle_label_due(small.lab, small.actors["trang"], small.ids["customer"], printed=True, reason=AGREED)
    due = certificate.performed_on.replace(year=certificate.performed_on.year + 1)
    assert service_label(small.lab, small.actors["hang"], number).values["due"].endswith(f"{due:%d/%m/%Y}")
    settle_label_due(small.lab, small.actors["khach1"], small.ids["customer"], printed=False, reason=REASON)
    assert service_label(small.lab, small.actors["hang"], number).values["due"] == ""


def test_an_agreement_without_an_interval_names_no_day(small: SmallLaboratory) -> None:
    """Where nothing was decided about the interval, no day is made up."""
    _, number = small.whole_job()
    settle_label_due(small.lab, small.actors["khach1"], small.ids["customer"], printed=True, reason=REASON)
    assert service_label(small.lab, small.actors["hang"], number).values["due"] == ""


def test_others_settle_nothing(small: SmallLaboratory) -> None:
    """Another customer, and staff who are no quality manager, do not settle what is printed."""
    for name in ("khach2", "hang", "lan"):
        with pytest.raises(Refused):
            settle_label_due(small.lab, small.actors[name], small.ids["customer"], printed=True, reason=REASON)


def test_an_ended_certificate_has_no_label(small: SmallLaboratory) -> None:
    """A withdrawn certificate's label is refused, and a customer prints none at all."""
    _, number = small.whole_job()
    with pytest.raises(Refused):
        service_label(small.lab, small.actors["khach1"], number)
    calibration.withdraw(small.lab, small.actors["trang"], small.certificate(number).id, reason=REASON)
    with pytest.raises(Refused) as refused:
        service_label(small.lab, small.actors["hang"], number)
    assert refused.value.key == "service_labels.ended" and number in refused.value.text("vi")


def test_the_law_says_what_stands_on_a_verification_label(small: SmallLaboratory) -> None:
    """The last day of the legal period, where there is one, and the label's number."""
    law = {"valid_until": "2027-11-20", "seals": [{"kind": "seal", "number": "9"}, {"kind": "label", "number": "45"}]}
    certificate = type("", (), {"kind": "verification", "number": "N-1", "customer_id": "x"})()
    assert service_labels._due(None, certificate, law) == date(2027, 11, 20)  # type: ignore[arg-type]
    assert service_labels._label_number(law) == "Tem số 45"
    assert service_labels._due(None, certificate, law | {"valid_until": None}) is None  # type: ignore[arg-type]
    assert {one.purpose for one in label_forms().values()} >= set(service_labels.SERVICES)
    assert [one.id for one in sizes("verification", "MB")] == ["verification-50x25", "verification-30x15"]


def test_a_label_is_printed_from_the_command_line(command: Command, small: SmallLaboratory, tmp_path: Path) -> None:
    """`lims label --service NUMBER -o FILE` writes the label; an unknown size is refused with the known ones."""
    _, number = small.whole_job()
    home, file = small.lab.settings.home, tmp_path / "label.pdf"
    status, said, _ = command("label", "--service", number, "-o", file, "--home", home, "--json")
    assert status == 0 and said["certificate"] == number and file.read_bytes().startswith(b"%PDF-")
    status, _, said = command("label", "--service", number, "--size", "9x9", "-o", file, "--home", home)
    assert status == 2 and "calibration-50x25" in said
    with pytest.raises(Invalid):
        draw_service_label(small.lab, OPERATOR_ACTOR, number, size="asset-50x25")


def test_results_outside_the_scope_are_said_on_the_label(small: SmallLaboratory, tmp_path: Path) -> None:
    """An accredited centre's label says that results lie outside; without an accreditation there is nothing to say."""
    _, number = small.whole_job()
    plain = service_label(small.lab, small.actors["hang"], number)
    assert (plain.purpose, plain.values["scope"]) == ("calibration", "")
    day = small.certificate(number).performed_on
    line = ScopeLine(
        body_id=small.ids["centre"], kind="ilac", number="VILAS 000", line="1", quantity="conventional mass",
        lower="1", upper="5", unit="kg", cmc="1", cmc_unit="mg", valid_from=day,
    )  # fmt: skip
    accredited = Recognition(body_id=small.ids["centre"], kind="ilac", number="VILAS 000", valid_from=day)
    with small.lab.store.writing() as session:
        session.add(accredited)
        session.add(line)
    said = service_label(small.lab, small.actors["hang"], number)
    assert (said.purpose, said.values["scope"]) == ("calibration-outside", "Ngoài phạm vi công nhận")
    for size in ("50x25", "30x15"):
        file = tmp_path / f"{size}.pdf"
        file.write_bytes(draw_service_label(small.lab, small.actors["hang"], number, size=size))
        assert "Ngoài phạm vi" in one_spaced(text_of(file.read_bytes()))
    with small.lab.store.reading() as session:
        points = ({"scope_line": "a"}, {"scope_line": None})
        standing = [
            scope_standing(session, small.ids["centre"], some, day) for some in (points, points[:1], points[1:])
        ]
    assert standing == ["partly", "inside", "outside"]
