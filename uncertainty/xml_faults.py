"""Why a file is no well-formed XML, in the reader's language."""

from uncertainty.wording import Phrase

SAID = frozenset({2, 3, 4, 5, 7, 8, 9, 11, 18, 19, 20, 30})
"""The codes of expat that have a sentence of their own (`data/wording/*/xml_faults.toml`)."""


def xml_fault(code: int) -> Phrase:
    """The reason behind an error code of expat.

    Args:
        code: of the error, as in ``ExpatError.code``.
    """
    return Phrase(f"xml_faults.code_{code}" if code in SAID else "xml_faults.other", {"code": code})
