"""Numbers of a DCC read back as texts: single values, lists, hybrids; uncertainties of D-SI 2.2 and of 2.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from certificates.dcc_elements import NOT_A_NUMBER, SI
from certificates.foreign import ForeignSeries
from uncertainty.errors import Invalid

Texts = tuple[str | None, ...]
UNIVARIATE = (
    "measurementUncertaintyUnivariate", "measurementUncertaintyUnivaraite",  # the schema's own spelling in lists
    "listMeasurementUncertaintyUnivariate", "listUnivariateUnc",
)  # fmt: skip


def series_of(parent: Any, name: str) -> tuple[ForeignSeries, ...]:
    """The numbers of a quantity, in every unit in which they are given.

    Args:
        parent: the element that holds si:real, si:realListXMLList, si:hybrid, si:constant or si:list.
        name: of the quantity, for refusals.

    Raises:
        Invalid: lists that belong together differ in length.
    """
    return tuple(_series(parent, name))


def _series(parent: Any, name: str) -> Iterator[ForeignSeries]:
    for child in parent.iterchildren(f"{{{SI}}}*"):
        match child.tag.rpartition("}")[2]:
            case "real" | "constant":
                yield _real(child)
            case "realListXMLList":
                yield _list(child, name)
            case "realList":
                yield _old_list(child, name)
            case "hybrid" | "list":
                yield from _series(child, name)


def _find(parent: Any, *names: str) -> Any | None:
    """The first child of one of the names, with or without the ending of lists."""
    for name in names:
        for ending in ("", "XMLList"):
            found = parent.find(f"{{{SI}}}{name}{ending}")
            if found is not None:
                return found
    return None


def _texts(parent: Any | None, *names: str) -> Texts:
    """The entries of a list, or the one value; "not a number" is None."""
    found = None if parent is None else _find(parent, *names)
    return () if found is None else tuple(None if one == NOT_A_NUMBER else one for one in (found.text or "").split())


def _words(parent: Any | None, name: str) -> str:
    """The distribution; a list of equal words is one word."""
    found = None if parent is None else _find(parent, name)
    text = "" if found is None else (found.text or "").strip()
    return text if found is None or not str(found.tag).endswith("XMLList") else " ".join(dict.fromkeys(text.split()))


def _uncertainty(parent: Any) -> Any | None:
    """The element that holds the uncertainty, in the newer or in the older form."""
    outer = _find(parent, *UNIVARIATE)
    return _find(
        parent if outer is None else outer,
        "expandedMU", "standardMU", "coverageIntervalMU", "expandedUnc", "coverageInterval",
    )  # fmt: skip


def _real(element: Any) -> ForeignSeries:
    return _made(element, _texts(element, "value"), _texts(element, "unit"), "real")


def _list(element: Any, name: str) -> ForeignSeries:
    return _made(element, _texts(element, "value"), _texts(element, "unit"), name)


def _made(element: Any, values: Texts, units: Texts, name: str) -> ForeignSeries:
    held, many = _uncertainty(element), len(values)

    def spread(texts: Texts, what: str) -> Texts:
        """One text for each value; a single one holds for all."""
        if len(texts) == 1:
            return texts * many
        if texts and len(texts) != many:
            raise Invalid("dcc.list_lengths", quantity=name[:80], values=many, others=len(texts), what=what)
        return texts

    standard = _texts(held, "valueStandardMU", "standardUnc")
    if held is None:
        standard = _texts(element, "valueStandardMU", "uncertainty")  # of a constant
    lower, upper = _texts(held, "intervalMin"), _texts(held, "intervalMax")
    return ForeignSeries(
        values=values,
        units=tuple(text or "" for text in spread(units, "unit")),
        expanded=spread(_texts(held, "valueExpandedMU", "uncertainty"), "U"),
        factors=spread(_texts(held, "coverageFactor"), "k"),
        probabilities=spread(_texts(held, "coverageProbability"), "p"),
        standard=spread(standard, "u"),
        intervals=tuple(zip(spread(lower, "min"), spread(upper, "max"), strict=False)),
        distribution=_words(held, "distribution"),
    )


def _old_list(element: Any, name: str) -> ForeignSeries:
    """A list of single values with a unit and an uncertainty that may stand once for all."""
    unit, held = _texts(element, "listUnit"), _uncertainty(element)
    singles = [_real(one) for one in element.iterchildren(f"{{{SI}}}real")]
    values = tuple(single.values[0] for single in singles)
    units = tuple((single.units or unit or ("",))[0] or "" for single in singles)
    if held is not None:
        return _made(element, values, units, name)
    joined: dict[str, Any] = {}
    for field in ("expanded", "factors", "probabilities", "standard"):
        texts = [getattr(single, field) for single in singles]
        joined[field] = tuple(one[0] if one else None for one in texts) if any(texts) else ()
    return ForeignSeries(values, units, **joined, distribution=singles[0].distribution if singles else "")
