"""An instrument changes hands: its owners with their days, and certificates that stay with whom they were issued to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from instruments.models import Instrument
from instruments.owners import owners_at
from lims import attaching, calibration, certificate_lists, due_dates, feeds, ownership, registering, registry_sheets
from lims.config import DATABASE_VARIABLE
from lims.errors import Stated
from tests.laboratories import SmallLaboratory
from tests.laboratory_fixtures import Templates
from tests.lims.test_instrument_facts import item
from tests.served import PICTURE

WHY = "Bán lại theo hợp đồng số 12"
TODAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[SmallLaboratory]:
    """One laboratory for the tests of this module; each enters things of its own."""
    with ExitStack() as stack:
        yield templates.copy("sqlite", "founded", tmp_path_factory.mktemp("owners") / "home", stack)


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratory of these tests keeps its own file."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


def key_of(act: Callable[[], object]) -> str:
    """The key of what an act answers."""
    with pytest.raises(Stated) as answer:
        act()
    return answer.value.key


def given_to(small: SmallLaboratory, instrument_id: str, owner: str, since: date | None = None) -> None:
    """The instrument goes to another owner."""
    ownership.change_owner(
        small.lab, small.actors["hang"], instrument_id, owner_id=small.ids[owner], since=since, reason=WHY
    )


def test_owners_are_kept_with_their_days(small: SmallLaboratory) -> None:
    """Who owned it when is answered for every day, with reason and person; the present owner stands with the record."""
    one = item(small, "O-1", code="OWN-1")
    given_to(small, one.id, "other_customer", date(2026, 3, 1))
    given_to(small, one.id, "customer", date(2026, 9, 1))
    told = ownership.instrument_owners(small.lab, small.actors["bao"], "OWN-1")
    assert [(who.code, who.since, who.until) for who in told] == [
        ("KH-1", date(2026, 9, 1), None), ("KH-2", date(2026, 3, 1), date(2026, 9, 1)),
        ("KH-1", None, date(2026, 3, 1)),
    ]  # fmt: skip
    assert (told[0].reason, told[0].by) == (WHY, "Nguyễn Thị Hằng")
    days = [date(2020, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1), TODAY]
    with small.lab.store.reading() as session:
        held = session.get_one(Instrument, one.id)
        untouched = session.get_one(Instrument, small.ids["item"])
        found = owners_at(session, [(held, day) for day in days] + [(untouched, TODAY)])
    wanted = ["customer", "customer", "other_customer", "other_customer", "customer", "customer"]
    assert [found[one.id, day] for day in days] == [small.ids[name] for name in wanted]
    assert found[small.ids["item"], TODAY] == held.owner_id == small.ids["customer"]


def test_what_cannot_be_is_refused_and_changes_nothing(small: SmallLaboratory) -> None:
    """The same owner, a day to come, one before the last change, an unknown body, and those who may not."""
    one = item(small, "O-2", code="OWN-2")
    given_to(small, one.id, "other_customer", date(2026, 5, 1))
    for owner, since, key in (
        ("other_customer", None, "owners.same"), ("customer", date(2027, 1, 1), "owners.day_to_come"),
        ("customer", date(2026, 4, 30), "owners.before_last"), ("national", None, "lims.not_found"),
    ):  # fmt: skip
        assert key_of(lambda o=owner, s=since: given_to(small, one.id, o, s)) == key  # type: ignore[misc]
    lab, customer = small.lab, small.ids["customer"]
    for name, target in (("bao", one.id), ("khach2", one.id), ("hang", small.ids["standard"])):
        act = lambda n=name, t=target: ownership.change_owner(  # noqa: E731
            lab, small.actors[n], t, owner_id=customer, reason=WHY
        )
        assert key_of(act) in ("lims.not_permitted", "lims.not_found"), name
    assert len(ownership.owners_sheet(lab, small.actors["hang"], "OWN-2").owners) == 2
    offered = dict(ownership.owners_sheet(lab, small.actors["hang"], "OWN-2").offered)
    assert customer in offered and small.ids["other_customer"] not in offered


def test_certificates_stay_with_the_customer_they_were_issued_to(small: SmallLaboratory) -> None:
    """The buyer sees the instrument fall due and nothing of the seller's; the seller keeps what was issued, no more."""
    lab, seller, buyer = small.lab, small.actors["khach1"], small.actors["khach2"]
    one = item(small, "O-3", code="OWN-3")
    small.ids["sold"] = one.id
    registering.describe_item(
        lab, small.actors["hang"], one.id, name="calibration_interval_months", text="12", unit="1"
    )
    before = small.issued(small.job_in("REVIEWED", item="sold"))
    attaching.attach_file(lab, small.actors["hang"], one.id, PICTURE, "a.png", to_customer=True)
    given_to(small, one.id, "other_customer")

    def due(actor: object) -> list[tuple[str, date | None, bool]]:
        rows = due_dates.due_calendar(lab, actor)
        return [(row.certificate, row.performed_on, row.files) for row in rows if row.code == "OWN-3"]

    assert due(buyer) == [("", None, False)] and due(seller) == []
    assert before.encode() not in feeds.feed(lab, feeds.open_feed(lab, buyer))
    assert attaching.instrument_files(lab, buyer, "OWN-3").files == ()
    assert key_of(lambda: attaching.instrument_files(lab, seller, "OWN-3")) == "lims.not_found"
    after = small.issued(small.job_in("REVIEWED", item="sold", customer="other_customer"))
    assert due(buyer) == [(after, TODAY, False)]
    for reader, own, foreign in ((seller, before, after), (buyer, after, before)):
        assert calibration.download(lab, reader, own).startswith(b"%PDF")
        assert key_of(lambda r=reader, f=foreign: calibration.download(lab, r, f)) == "lims.not_found"  # type: ignore[misc]
        listed = [row.number for row in certificate_lists.certificates(lab, reader)]
        assert own in listed and foreign not in listed
    rows = registry_sheets.instrument_sheet(lab, small.actors["hang"], "OWN-3").certificates
    assert {row.number for row in rows} == {before, after}
