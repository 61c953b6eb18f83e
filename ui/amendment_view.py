"""What an amendment changes, as a table: before and now."""

from collections.abc import Sequence

from markupsafe import Markup

from certificates.content import Bilingual, Change
from ui.components.data_table import Column, Group, data_table
from ui.components.markup import Child, join, tag
from ui.components.panel import panel_markup
from uncertainty.wording import wording


def amendment_panel(changed: Sequence[Change], language: str) -> Markup:
    """The panel with each change of an amendment."""

    def word(key: str) -> str:
        return wording(f"layout.change_{key}", language)

    columns = (
        Column(word("what"), place="first"),
        Column(word("before"), place="line"),
        Column(word("now"), place="line"),
    )
    rows = tuple(
        (tag("b", _said(one.label, language)), *(_both(text, language) for text in (one.before, one.after)))
        for one in changed
    )
    title = wording("amendment.section_changes", language)
    return panel_markup(title, data_table(columns, (Group(rows),), title), padded=False)


def _said(text: Bilingual, language: str) -> str:
    return text.vi if language == "vi" else text.en


def _both(text: Bilingual, language: str) -> Child:
    """A text as printed: the language of the screen, below it the other where it differs."""
    other = text.en if language == "vi" else text.vi
    if text.vi == text.en:
        return text.vi
    return join(_said(text, language), tag("br"), tag("span", other, class_="c-second"))
