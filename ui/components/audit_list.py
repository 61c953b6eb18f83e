"""What was done to a job or an instrument: when, who, what, why; the newest first."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.markup import icon, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class AuditLine:
    """One entry of the record.

    Attributes:
        at: day and time, as shown.
        who: name of the person.
        what: the act, in the reader's language.
        why: the reason given, or empty.
        before: what stood there, for a correction.
        after: what stands there now.
        refused: whether the act was refused.
    """

    at: str
    who: str
    what: str
    why: str = ""
    before: str = ""
    after: str = ""
    refused: bool = False


def audit_list(lines: tuple[AuditLine, ...], language: str) -> Markup:
    """The entries as a list."""
    return tag("ol", *(_line(line, language) for line in lines), class_="c-audit")


def correction(line: AuditLine, language: str) -> Markup:
    """One correction as it stands under the grid, behind its brass corner."""
    return tag("p", tag("span", class_="c-corner", aria_hidden="true"), *_change(line, language), class_="c-correction")


def _change(line: AuditLine, language: str) -> list[Markup | str]:
    said: list[Markup | str] = [f"{line.what}, {line.at}, {line.who}: "]
    said += [tag("s", line.before, class_="c-struck"), " → ", tag("b", line.after)]
    if line.why:
        said.append(wording("screens.reason_quoted", language, reason=line.why))
    return said


def _line(line: AuditLine, language: str) -> Markup:
    change = None
    if line.before or line.after:
        change = tag("span", " ", tag("s", line.before, class_="c-struck"), " → ", tag("b", line.after))
    why = wording("screens.reason_given", language, reason=line.why)
    return tag(
        "li",
        tag("time", line.at),
        tag(
            "div",
            tag("span", line.who, class_="c-audit__who"),
            " · ",
            tag("span", icon("ban", 14), " ", line.what, class_="c-bad") if line.refused else line.what,
            change,
            tag("div", why, class_="c-audit__why") if line.why else None,
        ),
    )
