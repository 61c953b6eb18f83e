"""`lims who-can` and the search that customers use too."""

from pathlib import Path

import pytest

from lims import who_can
from lims.errors import Invalid
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The laboratory of the demonstration keeps its own file."""
    if "demonstration" in request.fixturenames:
        monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)


def test_the_command_finds_the_same_by_key_and_by_name(command: Command, demonstration: Path) -> None:
    """10 kg and 10 000 g, the key and the Vietnamese name find the same lines, the best first; U is judged."""
    home = ("--home", demonstration, "--json")
    status, found, said = command("who-can", "conventional mass", "10 kg", "--U", "60 mg", *home)
    assert (status, said) == (0, "")
    assert [one["cmc"] for one in found["offers"]] == sorted(one["cmc"] for one in found["offers"])
    assert {one["meets"] for one in found["offers"]} == {True}
    _, grams, _ = command("who-can", "Khối lượng quy ước", "10000 g", *home)
    assert [one["body"] for one in grams["offers"]] == [one["body"] for one in found["offers"]]
    assert [one["cmc"] / 1000 for one in grams["offers"]] == pytest.approx([one["cmc"] for one in found["offers"]])
    status, table, _ = command("who-can", "conventional mass", "1..2 kg", "--home", demonstration)
    assert status == 0
    assert "VQG" in table


def test_wrong_texts_are_answered_with_the_remedy(command: Command, demonstration: Path) -> None:
    """An unknown quantity names the known ones; a range the wrong way round and a word are refused."""
    for words, answer in (
        (("mas", "10 kg"), "No scope names"),
        (("conventional mass", "20..1 kg"), "begins above its end"),
        (("conventional mass", "mười"), ""),
        (("resistance", "10 kV"), "does not fit the quantity"),
        (("conventional mass", "10 kg", "--U", "5 V"), "does not fit"),
        (("conventional mass", "10 kg", "--U", "-5 mg"), "has to be above 0"),
    ):
        status, _, said = command("who-can", *words, "--home", demonstration)
        assert status == 2
        assert answer in said


def test_a_cmc_of_a_temperature_is_a_difference(command: Command, demonstration: Path) -> None:
    """From -10 to 100 degrees Celsius the institute's 2 mK stays 2 mK, is within 0.01 degC and not within 1 mK."""
    for most, meets in (("0.01 degC", True), ("10 mK", True), ("1 mK", False)):
        words = ("temperature", "-10 °C..100 °C", "--U", most, "--home", demonstration)
        _, found, _ = command("who-can", *words, "--json")
        assert [(one["cmc"], one["meets"]) for one in found["offers"]] == [(0.002, meets)]
    _, table, _ = command("who-can", *words)
    assert "0.002" in table or "0,002" in table


def test_customers_search_too(small: SmallLaboratory) -> None:
    """A customer finds who can calibrate a 10 kg weight, and which quantities there are."""
    found = who_can.search(small.lab, small.actors["khach1"], quantity="conventional mass", point="10 kg")
    assert [one.body.code for one in found.offers] == ["VDL"]
    assert [key for key, _ in who_can.quantities(small.lab, small.actors["khach1"])] == ["conventional mass"]
    with pytest.raises(Invalid):
        who_can.search(small.lab, small.actors["khach1"], quantity="conventional mass", point="")
