"""A mapping of texts, numbers, lists and tables as TOML that reads back the same."""

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(table: Mapping[str, Any]) -> str:
    """The mapping as TOML 1.0: plain entries first, then its tables; what is None is left out.

    Args:
        table: texts, truth values, finite numbers, lists and mappings of these.

    >>> print(toml_text({"a": 1, "b": {"c": "x"}}), end="")
    a = 1
    <BLANKLINE>
    [b]
    c = "x"
    """
    return "\n".join(_lines(table, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], above: tuple[str, ...]) -> list[str]:
    lines = [f"{_key(name)} = {_value(one)}" for name, one in table.items() if _plain(one)]
    for name, one in table.items():
        path = (*above, name)
        if isinstance(one, Mapping):
            lines += ["", f"[{'.'.join(map(_key, path))}]", *_lines(one, path)]
        elif _tables(one):
            for each in one:
                lines += ["", f"[[{'.'.join(map(_key, path))}]]", *_lines(each, path)]
    return lines


def _tables(one: Any) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(one, list | tuple) and bool(one) and all(isinstance(each, Mapping) for each in one)


def _plain(one: Any) -> bool:
    return one is not None and not isinstance(one, Mapping) and not _tables(one)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(one: Any) -> str:
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, str):
        return _text(one)
    if isinstance(one, list | tuple):
        return f"[{', '.join(_value(each) for each in one)}]"
    if isinstance(one, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in one.items() if each is not None) + "}"
    return repr(one)


def _text(said: str) -> str:
    """A text in quotes; JSON and TOML escape alike, but for DEL."""
    return json.dumps(said, ensure_ascii=False).replace("\x7f", "\\u007f")
