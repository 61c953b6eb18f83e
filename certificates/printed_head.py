"""The head of the audit chain that stands on a certificate, read back from its file."""

import re

import pypdfium2

_HEAD = re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4}){15}\b")


def head_in(text: str) -> str:
    """The last head of an audit chain in a text of pages; empty where there is none."""
    found = _HEAD.findall(" ".join(text.split()))
    return str(found[-1]).replace(" ", "") if found else ""


def printed_head(file: bytes) -> str | None:
    """The head of the audit chain printed on a certificate: 64 hexadecimal digits, None where none can be read.

    Args:
        file: the file as it was issued.
    """
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError:
        return None
    try:
        for place in reversed(range(len(document))):  # it stands below the end mark, on the last page
            head = head_in(document[place].get_textpage().get_text_bounded())
            if head:
                return head
    finally:
        document.close()
    return None
