"""Tolerance tables: found by class and nominal value, consistent in themselves, drafts marked."""

from decimal import Decimal

import pytest

from lims.procedure_format import Label
from lims.tolerances import class_on_paper, half_widths, tolerance, tolerance_tables
from uncertainty.conformity import class_met
from uncertainty.errors import Invalid

WEIGHTS = tolerance_tables()["oiml-r111-mpe"]


@pytest.mark.parametrize(
    ("accuracy_class", "nominal", "limit"),
    [
        ("E2", "1 kg", "1.6"),
        ("F1", "200 g", "1.0"),
        ("M1", "10 kg", "500"),
        ("M1", "10000 g", "500"),
        ("M₁", "20 mg", "0.3"),
    ],
)
def test_a_limit_is_found_by_class_and_nominal_value(accuracy_class: str, nominal: str, limit: str) -> None:
    """The limit keeps the digits of the table; the nominal value may be in any unit of mass."""
    assert tolerance("oiml-r111-mpe", accuracy_class, nominal).half_width == limit


@pytest.mark.parametrize(
    ("accuracy_class", "nominal"), [("M3", "500 mg"), ("E1", "100 kg"), ("M1", "3 kg"), ("X", "1 kg")]
)
def test_a_limit_that_does_not_exist_is_refused(accuracy_class: str, nominal: str) -> None:
    """A class that does not exist at a nominal value, or at all, is refused by name."""
    with pytest.raises(Invalid) as refusal:
        tolerance("oiml-r111-mpe", accuracy_class, nominal)
    assert refusal.value.text("vi")


def test_limits_of_weights_grow_with_class_and_mass() -> None:
    """Within a row limits grow from E1 to M3; within a class they never fall with the nominal value."""
    plain = [name for name in WEIGHTS.classes if "-" not in name]
    for row in WEIGHTS.rows:
        limits = [Decimal(row.limits[name]) for name in plain if name in row.limits]
        assert limits == sorted(limits)
        assert len(set(limits)) == len(limits)
    for name in WEIGHTS.classes:
        limits = [Decimal(row.limits[name]) for row in WEIGHTS.rows if name in row.limits]
        assert limits == sorted(limits)


def test_classes_stand_in_their_ratios() -> None:
    """F2 is ten times E2, M1 ten times F1, M2 ten times F2 and M3 ten times M1, wherever both exist."""
    for fine, coarse in (("E2", "F2"), ("F1", "M1"), ("F2", "M2"), ("M1", "M3")):
        for row in WEIGHTS.rows:
            if fine in row.limits and coarse in row.limits:
                assert Decimal(row.limits[coarse]) == 10 * Decimal(row.limits[fine])


def test_a_band_leaves_out_its_lower_end() -> None:
    """A gauge block of 10 mm belongs to the first band, one of 10.5 mm to the second."""
    assert tolerance("iso3650-length", "1", "0.5 mm").half_width == "0.20"
    assert tolerance("iso3650-length", "1", "10 mm").half_width == "0.20"
    assert tolerance("iso3650-length", "1", "10.5 mm").half_width == "0.30"
    with pytest.raises(Invalid):
        tolerance("iso3650-length", "1", "0.4 mm")


def test_what_no_copy_confirms_is_a_draft() -> None:
    """Grade K of gauge blocks is marked as a draft, grade 1 is not."""
    assert tolerance("iso3650-length", "K", "150 mm").draft
    assert not tolerance("iso3650-length", "1", "150 mm").draft
    assert isinstance(WEIGHTS.title, Label)


def test_a_class_is_written_as_its_document_writes_it() -> None:
    """M1 of a weight is printed as M₁; the class of another quantity, and what no table knows, as it was entered."""
    assert class_on_paper("conventional mass", "M1") == "M₁"
    assert class_on_paper("resistance", "M1") == "M1"
    assert class_on_paper("conventional mass", "III") == "III"


def test_which_class_a_weight_meets() -> None:
    """The limits of all classes at a nominal value, finest first, tell which class a result meets."""
    limits = half_widths("oiml-r111-mpe", "1 kg")
    assert list(limits)[:5] == ["E1", "E2", "F1", "F2", "M1"] and limits["E2"] == 1.6
    assert class_met(1.2, 0.5, limits, least_ratio=3).met == "F1"
    assert half_widths("oiml-r111-mpe", "3 kg") == {}
    with pytest.raises(Invalid):
        half_widths("no-such-table", "1 kg")
