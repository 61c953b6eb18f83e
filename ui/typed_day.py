"""Days as people type them: dd/mm/yyyy, with slash, point or hyphen."""

from datetime import date

from uncertainty.errors import Invalid
from uncertainty.wording import wording


def read_day(text: str) -> date:
    """The day that a text names.

    Raises:
        Invalid: it names none.
    """
    parts = text.strip().replace("-", "/").replace(".", "/").split("/")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise Invalid("pages.day_form", text=text[:20]) from None


def read_day_or_none(text: str) -> date | None:
    """The day that a text names, None for an empty text.

    Raises:
        Invalid: it names none.
    """
    return read_day(text) if text.strip() else None


def day_form(language: str) -> str:
    """How a day is typed, in words beside a field: day, month, year."""
    return wording("screens.day_form", language)
