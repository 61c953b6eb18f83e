"""The ZIP that a spreadsheet is: looked at for bombs and document types before anything is read from it."""

import io
import re
import zipfile
from collections.abc import Mapping

from instruments.readers.sheet import LARGEST_FILE
from uncertainty.errors import Invalid

MOST_UNPACKED = 300_000_000
MOST_RATIO = 200
MOST_MEMBERS = 2_000
MEGABYTE = 1_000_000
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODED = (b"\xff\xfe", b"\xfe\xff")


def members_of(content: bytes, name: str, wanted: re.Pattern[str]) -> Mapping[str, bytes]:
    """The members of a packed file whose names fit, unpacked.

    Args:
        content: the bytes of the file.
        name: of the file, for refusals.
        wanted: the names of the members that are read.

    Raises:
        Invalid: it is no sound ZIP, unpacks to too much, or a member declares a document type.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            whole = sum(one.file_size for one in infos)
            bomb = whole > MOST_UNPACKED or whole > MOST_RATIO * max(len(content), LARGEST_FILE // 100)
            if bomb or len(infos) > MOST_MEMBERS:
                raise Invalid("lists.file_bomb", file=name, most=MOST_UNPACKED // MEGABYTE)
            found = {one.filename: archive.read(one) for one in infos if wanted.fullmatch(one.filename)}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as problem:
        raise Invalid("lists.file_unreadable", file=name, why=type(problem).__name__) from None
    for member, text in found.items():
        if DOCTYPE.search(text) or text[:2] in ENCODED:
            raise Invalid("lists.file_doctype", file=name, member=member)
    return found
