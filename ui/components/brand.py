"""The mark: a brass weight with its graduation, and the name."""

from markupsafe import Markup

from ui.components.markup import tag


def mark(size: int = 22) -> Markup:
    """The weight alone."""
    return tag(
        "svg",
        tag("circle", cx=12, cy=3.6, r=2.9, fill="#D6A33C"),
        tag("path", d="M9.6 6h4.8v2.1h2.4a1.3 1.3 0 0 1 1.3 1.2l1.2 12a1.4 1.4 0 0 1-1.4 1.6H6.1a1.4 1.4 0 0 1-1.4-1.6"
            "l1.2-12a1.3 1.3 0 0 1 1.3-1.2h2.4z", fill="#D6A33C"),
        tag("path", d="M6 12h4M5.7 15h2.8M5.5 18h4", stroke="#0B2B35", stroke_width=1.5, fill="none"),
        viewBox="0 0 24 24", width=size, height=size, aria_hidden="true", class_="c-icon",
    )  # fmt: skip


def brand(href: str = "/") -> Markup:
    """The mark with the name, leading home."""
    return tag("a", mark(), "Chuẩn", href=href, class_="c-brand")


def scales() -> Markup:
    """Two graduations meeting at one line: the only picture of the sign-in page."""
    parts: list[Markup] = []
    for index in range(1, 72):
        long, middle = index % 10 == 0, index % 5 == 0
        width = 90 if long else 60 if middle else 34
        colour = "#3E6D78" if long else "#24505C"
        y = index * 12.6
        parts.append(tag("line", x1=0, x2=width, y1=y, y2=y, stroke=colour, stroke_width=1.5))
    for index in range(1, 66):
        long, middle = index % 10 == 7, index % 10 == 2
        width = 120 if long else 78 if middle else 44
        colour = "#D6A33C" if long else "#4E4A2C" if middle else "#363F33"
        y = index * 14.0
        parts.append(tag("line", x1=240 - width, x2=240, y1=y, y2=y, stroke=colour, stroke_width=1.5))
    parts.append(tag("line", x1=0, x2=240, y1=519, y2=519, stroke="#F1F6F6", stroke_width=2))
    return tag(
        "svg", *parts, viewBox="0 0 240 900", preserveAspectRatio="xMaxYMid slice", class_="c-door__scale",
        aria_hidden="true",
    )  # fmt: skip
