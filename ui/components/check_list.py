"""What was checked before an approval, and what a reader should look at first."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.chip import Kind, chip
from ui.components.markup import icon, join, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class Check:
    """One condition: what was checked, with the figures compared, and whether it holds."""

    what: str
    figures: str = ""
    holds: bool = True


@dataclass(frozen=True)
class Finding:
    """One thing that differs from what is usual: a title and markup or text that says the numbers."""

    title: str
    says: Markup | str


def check_list(checks: tuple[Check, ...], language: str) -> Markup:
    """The conditions, each with tick or cross and its figures, under a head that counts them."""
    held = sum(check.holds for check in checks)
    words = wording("screens.checks_held", language, held=held, count=len(checks))
    whole = held == len(checks)
    held_look: tuple[Kind, str] = ("ok", "circle-check") if whole else ("bad", "octagon-alert")
    head = tag(
        "div",
        tag("h2", wording("screens.checks", language), class_="c-section"),
        tag("div", chip(words, *held_look), class_="c-panel__beside"),
        class_="c-panel__head",
    )
    return tag(
        "section", head, tag("ul", *(_check(check, language) for check in checks), class_="c-checks"), class_="c-panel"
    )


def findings_panel(findings: tuple[Finding, ...], compared_with: str, language: str) -> Markup:
    """What is unusual, first on the page; a quiet line where nothing is."""
    if not findings:
        said = wording("screens.nothing_unusual", language)
        return tag("p", icon("check"), " ", said, " ", tag("span", compared_with, class_="c-quiet"), class_="c-second")
    head = tag(
        "div",
        tag("span", icon("triangle-alert", 20), class_="c-warn"),
        tag("h2", wording("screens.unusual", language, count=len(findings)), class_="c-section"),
        tag("span", compared_with, class_="c-hint c-panel__beside"),
        class_="c-panel__head",
    )
    items = [tag("li", tag("h3", finding.title), tag("div", finding.says)) for finding in findings]
    return tag("section", head, tag("ul", *items, class_="c-findings"), class_="c-panel c-panel--unusual")


def _check(check: Check, language: str) -> Markup:
    hidden = tag("span", wording("screens.check_fails", language), " ", class_="c-hidden")
    return tag(
        "li",
        icon("check" if check.holds else "x"),
        tag("span", join(None if check.holds else hidden, check.what), class_="c-checks__what"),
        tag("span", check.figures, class_="c-checks__figure") if check.figures else None,
        class_=None if check.holds else "c-checks__bad",
    )
