"""The due calendar, the recall list, the private calendar, and the chains of a centre."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest

from certificates.recall_list import render_recall_list
from lims import accounts, centre_chains, due_dates, feeds, recall_lists, registering
from lims.due_dates import CALIBRATED, Asked
from lims.errors import Invalid, Refused
from lims.people import OPERATOR_ACTOR
from tests.certificates.reading import text_of
from tests.laboratories import REASON, SmallLaboratory
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)
DUE = date(2027, 3, 14)


def test_people_see_what_their_centre_keeps_or_they_own(small: SmallLaboratory) -> None:
    """The centre's staff sees its two standards; a customer sees none of them; the operator all."""
    seen = {name: due_dates.due_calendar(small.lab, small.actors[name]) for name in ("hang", "trang", "khach1")}
    assert [row.code for row in seen["hang"]] == ["CQG-1", "CT-KL-017"]
    assert seen["hang"] == seen["trang"]
    assert seen["khach1"] == []
    assert len(due_dates.due_calendar(small.lab, OPERATOR_ACTOR)) == 2
    assert {row.due for row in seen["hang"]} == {DUE}
    with pytest.raises(Refused):
        due_dates.due_calendar(small.lab, small.actors["admin"])


def test_a_customer_sees_the_own_instruments_only(small: SmallLaboratory) -> None:
    """After its certificate a customer's weight with an interval of a year is due a year on, for its owner only."""
    small.whole_job()
    registering.describe_item(
        small.lab, small.actors["hang"], small.ids["item"], name="calibration_interval_months", text="12", unit="1"
    )
    (row,) = due_dates.due_calendar(small.lab, small.actors["khach1"])
    assert (row.owner_code, row.due, row.days_left(date(2027, 11, 17))) == ("KH-1", date(2027, 11, 16), -1)
    assert due_dates.due_calendar(small.lab, small.actors["khach2"]) == []


def test_the_calendar_is_narrowed_and_wrong_filters_are_said(small: SmallLaboratory) -> None:
    """Three months ahead nothing is due, five months ahead both; kinds and owners narrow it."""
    lab, hang = small.lab, small.actors["hang"]
    assert due_dates.due_calendar(lab, hang, asked=Asked(months=3)) == []
    assert len(due_dates.due_calendar(lab, hang, asked=Asked(months=5, kind="standard", body="MB"))) == 2
    assert due_dates.due_calendar(lab, hang, asked=Asked(kind="item")) == []
    assert due_dates.due_calendar(lab, hang, asked=Asked(body="KH-1")) == []
    for wrong in (
        {"kind": "thing"},
        {"months": 0},
        {"months": 61},
        {"whose": "x"},
        {"first": DUE, "last": date(2027, 3, 13)},
    ):
        with pytest.raises(Invalid):
            due_dates.due_calendar(lab, hang, asked=Asked(**wrong))


def test_a_long_calendar_is_read_page_by_page(small: SmallLaboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one row a page the second page goes on after the first, and each counts all; owners are named once."""
    monkeypatch.setattr(due_dates, "PAGE_ROWS", 1)
    lab, hang = small.lab, small.actors["hang"]
    first = due_dates.due_page(lab, hang)
    second = due_dates.due_page(lab, hang, after=first.after)
    assert [*first.rows, *second.rows] == due_dates.due_calendar(lab, hang)
    assert (first.count, second.count, second.after, list(first.owners)) == (2, 2, "", ["MB"])
    assert due_dates.due_page(lab, hang, asked=Asked(body="MB")).count == 2


def test_the_chains_of_a_centre_are_read_page_by_page(small: SmallLaboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one standard a page the working standard follows the national one."""
    whole = centre_chains.centre_chains(small.lab, small.actors["hang"], "MB")
    monkeypatch.setattr(centre_chains, "PAGE_ROWS", 1)
    first = centre_chains.centre_chains(small.lab, small.actors["hang"], "MB")
    second = centre_chains.centre_chains(small.lab, small.actors["hang"], "MB", after=first.after)
    assert (whole.after, whole.standards, second.after, second.standards) == ("", 2, "", 2)
    assert (*first.rows, *second.rows) == whole.rows


def test_the_recall_list_is_a_table_without_formulas(small: SmallLaboratory) -> None:
    """Every row of the calendar with its days in ISO form; a text that begins like a formula is no formula."""
    rows = due_dates.due_calendar(small.lab, small.actors["hang"])
    risky = [due_dates.DueRow(**{**vars(rows[0]), "serial_number": "=1+1"})]
    read = list(csv.DictReader(io.StringIO(recall_lists.recall_csv([*rows, *risky], "en").decode("utf-8-sig"))))
    assert [one["Due"] for one in read] == ["2027-03-14"] * 3
    assert read[2]["Serial number"] == "'=1+1"


def test_a_recall_list_runs_over_pages_and_names_the_owner_again(small: SmallLaboratory) -> None:
    """Forty instruments are forty numbered rows; every page has the heads, and says whose list goes on."""
    content = recall_lists.recall_content(small.lab, small.actors["hang"], asked=Asked(months=24))
    (group,) = content.groups
    long = replace(content, groups=(replace(group, rows=group.rows * 20),))
    file = render_recall_list(long)
    pages = [text_of(file, number) for number in (1, 2, 3)]
    assert all("Giấy chứng nhận gần nhất" in one and "Last certificate" in one for one in pages)
    assert all("(tiếp theo · continued)" in one for one in pages[1:])
    assert "(tiếp theo" not in pages[0]
    assert "CT-KL-017" in pages[0] and "14/03/2027" in pages[0]
    assert sum(one.count("14/03/2027") for one in pages) == 40
    nothing = recall_lists.recall_pdf(small.lab, small.actors["hang"], asked=Asked(months=1))
    assert "No instrument falls due in this period." in text_of(nothing)


def test_a_centre_recalls_the_items_it_calibrated_last(small: SmallLaboratory) -> None:
    """A customer's weight stands on the list of the centre that calibrated it, of no other, and within the period."""
    small.whole_job()
    lab, hang, told = small.lab, small.actors["hang"], "calibration_interval_months"
    registering.describe_item(lab, hang, small.ids["item"], name=told, text="12", unit="1")
    mine = Asked(whose=CALIBRATED)
    content = recall_lists.recall_content(lab, hang, asked=mine)
    assert [(one.code, [row.due for row in one.rows]) for one in content.groups] == [("KH-1", ["16/11/2027"])]
    assert content.groups[0].rows[0].certificate
    assert due_dates.due_calendar(lab, small.actors["khach1"], asked=mine) == []
    assert due_dates.due_calendar(lab, hang, asked=replace(mine, first=date(2027, 11, 17), months=24)) == []
    assert len(due_dates.due_calendar(lab, hang, asked=replace(mine, first=date(2027, 11, 16), centre="mb"))) == 1
    for wrong in ("MN", "XX"):
        with pytest.raises(Refused):
            due_dates.due_calendar(lab, hang, asked=replace(mine, centre=wrong))


def test_a_private_address_answers_until_it_is_revoked(small: SmallLaboratory) -> None:
    """The address gives the due days and nothing of persons; a new one ends the old, a revoked one answers nobody."""
    lab, hang = small.lab, small.actors["hang"]
    assert feeds.feed_since(lab, hang) is None
    first = feeds.open_feed(lab, hang)
    content = feeds.feed(lab, first)
    assert content == feeds.feed(lab, first)
    entries = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [one.decoded("dtstart") for one in entries] == [DUE, DUE]
    assert [one.decoded("dtend") - one.decoded("dtstart") for one in entries] == [timedelta(days=1)] * 2
    assert b"CT-KL-017" in content
    for personal in (b"Nguy", b"ORGANIZER", b"ATTENDEE", b"KH-"):
        assert personal not in content
    second = feeds.open_feed(lab, hang)
    assert feeds.feed(lab, second)
    assert feeds.revoke_feed(lab, hang) == 1
    for token in (first, second, "", "x" * 500):
        with pytest.raises(Refused) as answer:
            feeds.feed(lab, token)
        assert answer.value.key == "due.feed_unknown"


def test_the_address_of_a_disabled_account_answers_nobody(small: SmallLaboratory) -> None:
    """Rights are read when the calendar is: a disabled account's address is dead."""
    token = feeds.open_feed(small.lab, small.actors["binh"])
    account_id = small.actors["binh"].account_id
    accounts.disable_account(small.lab, small.actors["admin"], account_id, reason=REASON)
    with pytest.raises(Refused):
        feeds.feed(small.lab, token)


def test_a_centre_sees_where_its_chains_break(small: SmallLaboratory) -> None:
    """The working standard rests on the national one; out of use it asks for nothing; strangers see no chains."""
    lab, hang = small.lab, small.actors["hang"]
    found = centre_chains.centre_chains(lab, hang, "mb")
    rows = {row.code: row for row in found.rows}
    working = rows["CT-KL-017"]
    assert working.upward is not None
    assert (working.upward.instrument_code, working.due, working.light, working.gaps) == ("CQG-1", DUE, "sound", ())
    assert [row.level for row in found.rows] == ["national", "working"]
    registering.withdraw_calibration(lab, small.actors["trang"], small.ids["top"], reason=REASON)
    broken = {row.code: row for row in centre_chains.centre_chains(lab, hang, "MB").rows}["CT-KL-017"]
    assert broken.light == "broken"
    assert broken.gaps
    for name, code in (("khach1", "MB"), ("hang", "VDL"), ("hang", "XX")):
        with pytest.raises(Refused):
            centre_chains.centre_chains(lab, small.actors[name], code)


def test_the_command_lists_and_prints_what_falls_due(
    command: Command, demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For one centre and a period it gives rows as JSON and the PDF; without a centre the PDF asks which one."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    file, period = tmp_path / "recall.pdf", ("--from", "2020-01-01", "--until", "2030-01-01")
    status, found, _ = command("recall", "--home", demonstration, "--centre", "MB", *period, "--pdf", file, "--json")
    assert (status, file.read_bytes()[:5]) == (0, b"%PDF-")
    assert found["due"] and {row["owner_code"] for row in found["due"]} == {"MB"}
    status, _, said = command("recall", "--home", demonstration, "--pdf", file)
    assert status == 2 and "MB, MN, MT" in said
    status, _, _ = command("recall", "--home", demonstration, "--centre", "MN")
    assert status == 0
