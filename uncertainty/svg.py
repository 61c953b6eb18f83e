"""Drawings as SVG: elements are built with their text escaped, never pasted together."""

import unicodedata
from xml.etree import ElementTree

Element = ElementTree.Element
NAMESPACE = "http://www.w3.org/2000/svg"


def plain(text: str) -> str:
    """A text that XML can carry: control characters and lone surrogates become spaces."""
    return "".join(" " if unicodedata.category(one) in ("Cc", "Cs", "Cn", "Zl", "Zp") else one for one in text)


def element(name: str, /, *children: "Element | str", **attributes: str | float | int) -> Element:
    """One element.

    Args:
        name: of the element, a constant of the program.
        children: elements, or text (escaped when written).
        attributes: numbers are written to a hundredth; underscores become hyphens (`stroke_width`), a trailing one
            is dropped (`class_`).
    """
    found = Element(name)
    for key, value in attributes.items():
        found.set(key.rstrip("_").replace("_", "-"), plain(value) if isinstance(value, str) else number(value))
    for child in children:
        if isinstance(child, str):
            found.text = (found.text or "") + plain(child)
        else:
            found.append(child)
    return found


def number(value: float) -> str:
    """A coordinate to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 0.005 else _trimmed(value)


def _trimmed(value: float) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def drawing(width: float, height: float, title: str, description: str, *children: Element) -> str:
    """A whole drawing that stands alone, with the words for those who do not see it.

    Args:
        width: pixels.
        height: pixels.
        title: what it shows.
        description: what there is to see, in a sentence.
        children: what is drawn.
    """
    root = element(
        "svg", element("title", title), element("desc", description), *children,
        viewBox=f"0 0 {number(width)} {number(height)}", width=width, height=height, role="img",
    )  # fmt: skip
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode") + "\n"
