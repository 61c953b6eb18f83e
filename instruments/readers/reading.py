"""Any spreadsheet from outside -> its sheets; the format is told by the bytes, not by the name."""

from instruments.readers.delimited import read_delimited
from instruments.readers.ods import read_ods
from instruments.readers.sheet import LARGEST_FILE, Sheet
from instruments.readers.xlsx import read_xlsx
from uncertainty.errors import Invalid

PACKED, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
ODS_MARK = b"application/vnd.oasis.opendocument.spreadsheet"
MEGABYTE = 1_000_000


def read_sheets(content: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook (.xlsx, .ods) or of a text with separators (.csv).

    Args:
        content: any bytes.
        name: of the file, as it is shown in refusals.

    Raises:
        Invalid: it is empty, too large, of another format, hostile, or cannot be read; the remedy is named.
    """
    if not content.strip():
        raise Invalid("lists.file_empty", file=name)
    if len(content) > LARGEST_FILE:
        raise Invalid("lists.file_too_large", file=name, most=LARGEST_FILE // MEGABYTE)
    if content.startswith(OLD_EXCEL):
        raise Invalid("lists.old_excel", file=name)
    if content.startswith(PDF):
        raise Invalid("lists.no_spreadsheet", file=name)
    if content.startswith(PACKED):
        found = (read_ods if ODS_MARK in content[:200] else read_xlsx)(content, name)
    else:
        found = read_delimited(content, name)
    filled = tuple(one for one in found if any(cell.text for row in one.rows for cell in row))
    if not filled:
        raise Invalid("lists.file_empty", file=name)
    return filled
