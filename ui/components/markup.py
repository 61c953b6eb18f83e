"""Markup that escapes by itself: tags are built, never pasted together.

Everything a person typed reaches a screen through `tag`; only what `tag` itself made is taken as markup.
"""

from typing import Final

from markupsafe import Markup

from ui.components.icons import icon

__all__ = ["Child", "code", "icon", "join", "key_cap", "link", "symbol", "tag"]

Child = str | Markup | None

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})
_SVG_VOID: Final = frozenset({"path", "line", "rect", "circle", "polygon", "polyline"})


_NOTHING: Final = Markup("")
_ELEMENT: Final = Markup("<{0}{1}>{2}</{0}>")
_VOID_ELEMENT: Final = Markup("<{0}{1}>")
_CLOSED_ELEMENT: Final = Markup("<{0}{1}/>")
_ATTRIBUTE: Final = Markup(' {}="{}"')
_BARE_ATTRIBUTE: Final = Markup(" {}")


def tag(element: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """One element with its children, all text escaped.

    Args:
        element: the element's name, a constant of the program.
        children: text (escaped) or markup (kept); None stands for nothing.
        attributes: a trailing underscore is dropped and the others become hyphens (`class_`, `aria_label`); True gives
            the bare name, None and False leave the attribute out. `viewBox` and the like keep their capitals.

    Returns:
        The element as markup.
    """
    head = _NOTHING.join(_attribute(key, value) for key, value in attributes.items())
    if element in _SVG_VOID:
        return _CLOSED_ELEMENT.format(element, head)
    if element in _VOID:
        return _VOID_ELEMENT.format(element, head)
    return _ELEMENT.format(element, head, join(*children))


def join(*children: Child) -> Markup:
    """Children beside each other, text escaped."""
    return _NOTHING.join(child for child in children if child is not None)


def symbol(text: str) -> Markup:
    """The symbol of a quantity as it is set in print: italic, what follows the first `_` lowered (upright where it is
    a word).

    Args:
        text: the symbol as a model writes it, such as `m_S` or `δm_D`.
    """
    base, _, index = text.partition("_")
    word = "c-symbol__word" if len(index) > 2 else None
    return tag("i", base, tag("sub", index, class_=word) if index else None, class_="c-symbol")


def code(text: str, **attributes: str | None) -> Markup:
    """A number of a job, certificate or instrument, set with the slashed zero."""
    return tag("span", text, class_="c-code", **attributes)


def link(text: Child, href: str, class_: str = "c-link") -> Markup:
    """A link inside the application.

    Raises:
        ValueError: when the address leaves this host: no page of ours links outside.
    """
    if not href.startswith(("/", "#", "?")) or href.startswith(("//", "/\\")):
        raise ValueError(f"a link must stay on this host: {href!r}")
    return tag("a", text, href=href, class_=class_)


def key_cap(text: str) -> Markup:
    """A key as it is drawn beside the act it does."""
    return tag("kbd", text, class_="c-kbd")


def _attribute(key: str, value: str | int | float | bool | None) -> Markup:
    """One attribute with the blank before it, its value escaped."""
    if value is None or value is False:
        return _NOTHING
    name = key.rstrip("_").replace("_", "-")
    return _BARE_ATTRIBUTE.format(name) if value is True else _ATTRIBUTE.format(name, _text(value))


def _text(value: str | int | float) -> str:
    """Numbers of a drawing with at most two decimals: a screen has no finer pixels."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def pieces(*texts: str) -> Markup:
    """Codes and names behind each other; a line breaks between them, never within one."""
    shown = [tag("span", text, class_="c-piece") for text in texts if text]
    return Markup(" · ").join(shown)
