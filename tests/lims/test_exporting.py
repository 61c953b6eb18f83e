"""Export: everything one has the right to, in open formats, complete, harmless and documented."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from instruments.models import Instrument
from lims import export_formats, export_schema
from lims.errors import Invalid, Refused
from lims.export_formats import cell_text, write
from lims.export_schema import ExportColumn, ExportTable
from lims.exporting import export, exported
from lims.people import OPERATOR_ACTOR
from lims.registering import NewInstrument, register_item
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

ONE = ExportTable("one", "", "network", (ExportColumn("a", "text", required=False),))


@pytest.fixture
def small(laboratory: Callable[..., SmallLaboratory]) -> SmallLaboratory:
    """A small laboratory on SQLite."""
    return laboratory("sqlite")


def csv_of(content: bytes, table: str) -> list[dict[str, str]]:
    """The rows of one table of a CSV export."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(f"{table}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_three_formats_hold_the_same(small: SmallLaboratory, tmp_path: Path) -> None:
    """CSV, JSON and Parquet hold every table with the same rows, digits as printed."""
    counts = {}
    for form in export_formats.FORMATS:
        counts[form] = export(small.lab, OPERATOR_ACTOR, tmp_path / form, form=form)
    assert counts["csv"] == counts["json"] == counts["parquet"]
    with small.lab.store.reading() as session:
        assert counts["csv"]["instrument"] == session.exec(select(func.count()).select_from(Instrument)).one()
    told = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    assert told["version"] == export_schema.VERSION
    (result,) = [one for one in told["tables"]["calibration_result"] if one["expanded_uncertainty"] == "45"]
    assert result["value"] == "10000.005" and result["phase"] is None
    rows = csv_of((tmp_path / "csv").read_bytes(), "calibration_result")
    assert {one["value"] for one in rows} == {one["value"] for one in told["tables"]["calibration_result"]}
    with zipfile.ZipFile(tmp_path / "parquet") as archive:
        table = pq.read_table(io.BytesIO(archive.read("calibration.parquet")))
    days = [str(one) for one in table.column("performed_on").to_pylist()]
    assert days == [one["performed_on"] for one in told["tables"]["calibration"]]


def test_secrets_stay(small: SmallLaboratory, tmp_path: Path) -> None:
    """No column that opens anything, and no table of accounts or sign-ins, is exported."""
    export(small.lab, OPERATOR_ACTOR, tmp_path / "x", form="json")
    told = json.loads((tmp_path / "x").read_text(encoding="utf-8"))["tables"]
    assert not {"account", "access_session", "confirmation", "calendar_feed"} & set(told)
    columns = {column.name for table in export_schema.export_tables() for column in table.columns}
    assert not columns & export_schema.LEFT_OUT


def test_a_quality_manager_gets_what_belongs_to_his_centre(small: SmallLaboratory) -> None:
    """Standards of the centre and its items come along, another customer's item does not; others get nothing."""
    name, content = exported(small.lab, small.actors["trang"], form="csv")
    assert name == "chuan-2026-11-16-csv.zip"
    codes = {one["id"] for one in csv_of(content, "instrument")}
    assert {small.ids["standard"], small.ids["comparator"]} <= codes and small.ids["other_item"] not in codes
    assert {one["chain"] for one in csv_of(content, "audit_record")} == {small.ids["centre"]}
    assert {one["body_id"] for one in csv_of(content, "role_grant")} == {small.ids["centre"]}
    for person in ("hang", "khach1", "admin"):
        with pytest.raises(Refused):
            exported(small.lab, small.actors[person], form="csv")


def test_formulas_do_not_run(small: SmallLaboratory) -> None:
    """A name that begins like a formula gets an apostrophe in CSV; a negative number stays a number."""
    register_item(
        small.lab, small.actors["hang"], owner_id=small.ids["customer"],
        new=NewInstrument("=HYPERLINK(1)", "-2+3", code="X-9", nominal="-0,5", nominal_unit="V"),
    )  # fmt: skip
    with small.lab.store.reading() as session:
        rows = [one.model_dump() for one in session.exec(select(Instrument).where(Instrument.code == "X-9"))]
    table = next(one for one in export_schema.export_tables() if one.name == "instrument")
    path = small.lab.settings.home / "x.zip"
    write(path, "csv", [(table, rows)], "")
    (row,) = csv_of(path.read_bytes(), "instrument")
    assert (row["name_vi"], row["name_en"], row["nominal"]) == ("'=HYPERLINK(1)", "'-2+3", "-0.5")


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n'\"0123, aé−"), max_size=8))
def test_every_text_comes_back(text: str) -> None:
    """No cell of a CSV begins like a formula, and taking one apostrophe away gives every text back."""
    cell = export_formats._cell(text)
    assert cell[:1] not in ("=", "+", "@", "\t", "\r")
    assert (cell_text(cell) if cell.startswith("'") else cell) == text


def test_an_unknown_format_and_an_existing_file_are_refused(small: SmallLaboratory, tmp_path: Path) -> None:
    """Nothing is overwritten, and what is not known is named."""
    (tmp_path / "there").write_text("x", encoding="utf-8")
    with pytest.raises(Refused):
        export(small.lab, OPERATOR_ACTOR, tmp_path / "there", form="csv")
    with pytest.raises(Invalid):
        export(small.lab, OPERATOR_ACTOR, tmp_path / "new", form="xml")
    assert not (tmp_path / "new").exists()


def test_the_command_writes_the_file(small: SmallLaboratory, command: Command, tmp_path: Path) -> None:
    """`lims export` writes one file and says how many rows are in it."""
    file = tmp_path / "all.zip"
    status, told, _ = command("export", "--home", small.lab.settings.home, "--format", "csv", "-o", file, "--json")
    assert status == 0 and told["rows"]["instrument"] == len(csv_of(file.read_bytes(), "instrument"))
    status, told, _ = command("export", "--home", small.lab.settings.home, "-o", file)
    assert status == 2


def test_rows_are_written_in_batches(tmp_path: Path) -> None:
    """More rows than a batch holds are all written, from a stream that is read once."""
    rows: Any = ({"a": str(number)} for number in range(export_formats.BATCH + 3))
    assert write(tmp_path / "x", "parquet", [(ONE, rows)], "") == {"one": export_formats.BATCH + 3}
