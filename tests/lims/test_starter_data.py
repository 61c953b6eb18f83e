"""Starter data are drafts until a named person has compared them with the document that governs them."""

from pathlib import Path

import pytest

from lims import starter_data
from lims.errors import Invalid, Refused, Stated
from lims.starter_data import FLAGS, confirmed, starter_lists
from tests.laboratories import REASON, SmallLaboratory

MASS = {"list_name": "national-standards", "entry": "ns-mass-1"}
DOCUMENT = "Quyết định 14/2006/QĐ-TTg ngày 17/01/2006, bản gốc"


@pytest.mark.parametrize("name", sorted(starter_lists()))
def test_every_entry_says_where_it_was_read(name: str) -> None:
    """Each entry of each list has names in both languages and its provenance, with the source or a note."""
    for one in starter_lists()[name].entries.values():
        assert one.name.vi and one.name.en
        assert one.provenance and all(row.flag in FLAGS for row in one.provenance)
        assert all(row.source or row.note for row in one.provenance), one.id


def test_an_entry_is_used_only_after_a_person_has_confirmed_it(small: SmallLaboratory) -> None:
    """A draft is refused; confirmed it carries name, day and document; changed or taken back it is a draft again."""
    lab, trang = small.lab, small.actors["trang"]
    day = small.clock.moment.date()

    def usable() -> str:
        with lab.store.reading() as session:
            try:
                return confirmed(session, MASS["list_name"], MASS["entry"], day).name.en
            except Refused as answer:
                return answer.key

    def shown() -> starter_data.Judged:
        _, rows = starter_data.starter_data(lab, trang, list_name=MASS["list_name"])
        return next(one for one in rows if one.entry.id == MASS["entry"])

    assert usable() == "facts.entry_draft" and shown().draft
    seen = shown().entry.content_hash
    with pytest.raises(Refused) as answer:
        starter_data.confirm_standard_data(lab, trang, **MASS, seen="0" * 64, document=DOCUMENT)
    assert answer.value.key == "facts.entry_changed"
    with pytest.raises(Invalid):
        starter_data.confirm_standard_data(lab, trang, **MASS, seen=seen, document="  ")
    starter_data.confirm_standard_data(lab, trang, **MASS, seen=seen, document=DOCUMENT)
    assert usable() == "1 kg standard"
    assert (shown().confirmed_by, shown().document) == ("Phạm Thu Trang", DOCUMENT)
    with pytest.raises(Stated):
        starter_data.confirm_standard_data(lab, trang, **MASS, seen=seen, document=DOCUMENT)
    starter_data.take_back_confirmation(lab, trang, **MASS, reason=REASON)
    assert usable() == "facts.entry_draft"


def test_a_file_without_provenance_is_refused_by_entry(tmp_path: Path) -> None:
    """An entry without provenance, or with a source that is not listed, is refused; file and entry are named."""
    (tmp_path / "sources.toml").write_text('known = "a page"\n', encoding="utf-8")
    head = 'name = { vi = "a", en = "b" }\ndocument = "c"\n[[entry]]\nid = "x1"\nname = { vi = "a", en = "b" }\n'
    for provenance in ("", 'provenance = [{ flag = "found", source = "nowhere" }]\n'):
        (tmp_path / "some.toml").write_text(head + provenance, encoding="utf-8")
        starter_lists.cache_clear()
        with pytest.raises(Invalid) as answer:
            starter_lists(tmp_path)
        assert "some.toml" in str(answer.value) and "x1" in str(answer.value)
    starter_lists.cache_clear()
