"""`lims chain` as scripts lean on it: what it prints, in which form, with which status."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from lims.cli import run
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)
OF_A_LINK = {"certificate", "laboratory", "performed_on", "valid_on_day", "quantity", "U", "unit"}


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratories of these tests keep their own files."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def _weight(command: Command, home: Path) -> tuple[str, str]:
    """Code and day of a customer's weight in the demonstration, whose only calibrations are certificates of ours."""
    _, rows, _ = command("certificate", "list", "--home", home, "--json")
    row = next(row for row in rows if row["instrument"] == "KH-CAN-TB-001" and row["status"] == "issued")
    return row["instrument"], row["performed_on"]


def test_the_chain_of_a_customers_item_leads_to_the_national_standard(command: Command, demonstration: Path) -> None:
    """A weight of `certificate list` has a chain of five levels up to BIPM, each with certificate, laboratory and U."""
    code, day = _weight(command, demonstration)
    status, found, said = command("chain", code, "--on", day, "--home", demonstration, "--json")
    assert (status, said) == (0, "")
    assert (found["instrument"], found["day"], found["unbroken"], found["levels"]) == (code, day, True, 5)
    assert all(set(link) >= OF_A_LINK for link in found["links"])
    assert (found["breaks"], found["warnings"]) == ([], [])
    assert found["links"][-1]["level"] == "national"
    assert {link["valid_on_day"] for link in found["links"]} == {True}


def test_before_its_first_calibration_an_instrument_has_no_chain(command: Command, demonstration: Path) -> None:
    """On an earlier day the chain is the one of that day: broken, with link and reason."""
    code, _ = _weight(command, demonstration)
    status, found, _ = command("chain", code, "--on", "01/02/2020", "--home", demonstration, "--json")
    assert (status, found["unbroken"], found["levels"], found["links"]) == (0, False, 0, [])
    assert [set(one) >= {"link", "reason"} for one in found["breaks"]] == [True]
    assert code in found["breaks"][0]["reason"]


def test_a_chain_is_printed_as_a_table_and_drawn(
    command: Command, demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without options people read a table in their language; with --svg only a drawing goes to standard output."""
    code, _ = _weight(command, demonstration)
    status, table, said = command("chain", code.lower(), "--home", demonstration)
    assert (status, said) == (0, "")
    assert "VQG-KL-01" in table and "5 levels" in table
    assert run(["--language", "vi", "chain", code, "--home", str(demonstration)]) == 0
    assert "khối lượng quy ước" in capsys.readouterr().out
    status, drawing, said = command("chain", code, "--home", demonstration, "--svg")
    assert (status, said) == (0, "")
    assert ElementTree.fromstring(drawing).tag.endswith("svg")


def test_what_rests_on_a_standard_is_listed(command: Command, demonstration: Path) -> None:
    """A weight of a customer rests on the national standard of mass, by whatever way, and is listed once."""
    code, _ = _weight(command, demonstration)
    status, listed, said = command("chain", "VQG-KL-01", "--home", demonstration, "--down")
    *rows, last = listed.splitlines()
    assert (status, said) == (0, "")
    assert code in {row.split("\t")[1] for row in rows}
    assert len(rows) == len(set(rows)) and str(len(rows)) in last


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing-of-that-name",), "nothing-of-that-name"),
        (("CT-KL-017", "--on", "2026-02-30"), "2026-02-30"),
        (("CT-KL-017", "--on", "tomorrow"), "tomorrow"),
        (("CT-KL-017", "--json", "--svg"), "--svg"),
        (("CT-KL-017", "--json", "--down"), "--down"),
        ((), "INSTRUMENT"),
    ],
)
def test_a_mistake_in_the_call_ends_with_status_two(
    command: Command, demonstration: Path, words: tuple[str, ...], named: str
) -> None:
    """What is wrong is said on standard error with the word that is wrong; nothing goes to standard output."""
    status, out, said = command("chain", *words, "--home", demonstration)
    assert (status, out) == (2, "")
    assert named in said
