"""What was issued: the number, the file, the page on which anyone verifies it."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.markup import code, icon, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class IssuedPanel:
    """A certificate that has just been issued: its number, and the path of its page of verification (or nothing)."""

    number: str
    verify: str


def issued_panel(shown: IssuedPanel, language: str) -> Markup:
    """The panel, first on the page, read out when it appears."""

    def word(key: str, **values: object) -> str:
        return wording(f"pages.{key}", language, **values)

    path = f"/certificates/{shown.number}"
    acts = [
        tag("a", icon("download"), word("download"), href=f"{path}/file", class_="c-btn c-btn--main"),
        tag("a", icon("file-check"), word("see_certificate"), href=path, class_="c-btn"),
    ]
    if shown.verify:
        acts.append(tag("a", icon("scan-qr-code"), word("check_page"), href=shown.verify, class_="c-btn"))
    return tag(
        "section",
        icon("circle-check", 28),
        tag(
            "div",
            tag("h2", word("issued_says"), " ", code(shown.number), class_="c-issued__what"),
            tag("p", word("issued_next"), class_="c-second"),
            tag("div", *acts, class_="c-form__acts"),
        ),
        class_="c-issued",
        role="status",
    )
