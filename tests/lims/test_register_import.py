"""The way back: a register in the vocabulary of MSL is a list of instruments, judged and taken over like every list."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from instruments.models import Instrument
from lims.exporting import exported
from lims.list_import import ListChoice, accept_list, preview_list, read_list
from tests.laboratories import SmallLaboratory

KEPT = (
    "name_vi", "name_en", "maker", "model", "level", "kind", "quantity", "nominal", "nominal_unit", "accuracy_class",
    "material_vi", "material_en", "asset_code", "keeper_id", "status",
)  # fmt: skip


@pytest.fixture
def small(laboratory: Callable[..., SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory on SQLite."""
    return laboratory("sqlite")


def test_an_exported_register_comes_back_as_it_was(small: SmallLaboratory) -> None:
    """What is in the register already is named by its line; under other codes and plates everything is taken over."""
    lab, trang, choice = small.lab, small.actors["trang"], ListChoice(small.ids["centre"])
    with zipfile.ZipFile(io.BytesIO(exported(lab, trang, form="msl")[1])) as archive:
        text = archive.read("MB-Mass.xml").decode()
    known = preview_list(lab, trang, received=read_list(lab, trang, text.encode(), "s.xml"), choice=choice)
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("<equipment")]
    assert not known.good and {one.row for one in known.problems} == set(lines)
    assert known.mapping["id"] == "code" and known.mapping["reports"] == known.mapping["status"] == ""
    changed = re.sub(r'( code="| alias="|<serial>(?!not recorded))', r"\1NEW-", text)
    received = read_list(lab, trang, changed.encode(), "s.xml")
    entry = accept_list(lab, trang, received=received, choice=choice)
    assert entry.rows == len(lines)
    with lab.store.reading() as session:
        new = session.exec(select(Instrument).where(col(Instrument.code).startswith("NEW-"))).all()
        for one in new:
            old = session.exec(select(Instrument).where(Instrument.code == one.code.removeprefix("NEW-"))).one()
            assert [getattr(one, name) for name in KEPT] == [getattr(old, name) for name in KEPT]
            assert one.serial_number.removeprefix("NEW-") == old.serial_number
    assert len(new) == len(lines)
