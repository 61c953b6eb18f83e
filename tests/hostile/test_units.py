"""Unit texts cannot hang, surprise or pass unlisted (promise H2)."""

import pytest

from tests.hostile.hostile_texts import UNITS
from tests.hostile.test_expressions import BLOCKS, tried
from uncertainty.errors import InvalidUnit
from uncertainty.units import check_unit

HARMLESS = {
    "m²", "m⁻²", "m^-9", "kg/m^3", "J/(mol K)", "degC", "°C", "µm", "Ω", "kΩ", "%", "ppm", "dBm", "m^(2)", "m^(-2)",
    "10^-6/K", "1/s", "℃", "", "delta_degC",
}  # fmt: skip


@pytest.mark.long_form("texts")
def test_hostile_units_do_nothing(long_form, record_property, request):
    """Of 10 000 hostile texts none does anything or reaches pint: what a unit is worth is written down already."""
    found = tried("units", BLOCKS if long_form else 1, request.config.cache)
    record_property("figure", f"{found['tried']} hostile units, slowest {found['slowest_ms']:.1f} ms, 0 events")
    assert found["events"] == []
    assert found["reached"] == 0
    assert found["accepted"] > 100
    assert found["slowest_ms"] < 10


@pytest.mark.parametrize("text", [text for text in UNITS if text not in HARMLESS], ids=lambda text: repr(text[:30]))
def test_an_unlisted_unit_is_refused(text):
    """What is not a permitted unit, or hides characters, is refused with a sentence."""
    with pytest.raises(InvalidUnit) as refusal:
        check_unit(text)
    assert len(refusal.value.text("vi")) < 400


@pytest.mark.parametrize("text", sorted(HARMLESS))
def test_usual_spellings_are_accepted(text):
    """The spellings that laboratories use are units."""
    assert check_unit(text).factor > 0


def test_superscripts_stay_exponents():
    """m² is a square metre: the text is never brought to a form in which it would read m2."""
    assert check_unit("m²") == check_unit("m^2")
    with pytest.raises(InvalidUnit):
        check_unit("m2")
