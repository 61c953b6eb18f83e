"""What an export holds: every table of the database, or the reason why it stays; and the page that tells."""

from pathlib import Path

from sqlmodel import SQLModel

import lims.store.triggers  # noqa: F401  (brings in every table)
from lims import export_schema

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "export.md"


def test_every_table_is_exported_or_says_why_not() -> None:
    """No table of the database is forgotten: each is in the export, or stands with the reason among those that stay."""
    declared = set(SQLModel.metadata.tables)
    told = {one.name for one in export_schema.export_tables()}
    assert told | set(export_schema.STAYS) == declared
    assert not told & set(export_schema.STAYS) and all(export_schema.STAYS.values())


def test_the_document_tells_every_column() -> None:
    """docs/export.md is what the tables declare: `python -m lims.export_schema` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == export_schema.page()
