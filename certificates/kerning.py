"""Pairs of letters that stand closer or wider than their own widths: read from the face's layout table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from fontTools.ttLib import TTFont

LETTERS = (
    "".join(chr(code) for code in range(0x21, 0x7F) if not chr(code).isdigit())
    + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư–’“”…"
    + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
)
LEAST = 4  # thousandths of the size: less is not seen

PairTable = dict[str, dict[str, int]]


def kerning_pairs(face: TTFont) -> PairTable:
    """The kerning of Latin and Vietnamese letters; figures stay on their grid.

    Args:
        face: the opened font, with its GPOS table.

    Returns:
        first letter -> second letter -> thousandths of the size to be added between them.

    Source: OpenType specification 1.9, GPOS lookup type 2 (pair adjustment).
    """
    letters: dict[str, list[str]] = defaultdict(list)
    cmap = face.getBestCmap()
    for letter in LETTERS:
        if ord(letter) in cmap:
            letters[cmap[ord(letter)]].append(letter)
    table = face["GPOS"].table
    indices = sorted(
        {
            index
            for record in table.FeatureList.FeatureRecord
            if record.FeatureTag == "kern"
            for index in record.Feature.LookupListIndex
        }
    )
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for index in indices:
        for pair, amount in _lookup(table.LookupList.Lookup[index], set(letters)).items():
            sums[pair] += amount
    pairs: PairTable = defaultdict(dict)
    for (first, second), amount in sums.items():
        if abs(amount) >= LEAST:
            for one in letters[first]:
                for other in letters[second]:
                    pairs[one][other] = amount
    return dict(pairs)


def _lookup(lookup: Any, glyphs: set[str]) -> dict[tuple[str, str], int]:
    """The pairs of one lookup; the first subtable that covers a pair decides."""
    found: dict[tuple[str, str], int] = {}
    for outer in lookup.SubTable:
        subtable = outer.ExtSubTable if outer.LookupType == 9 else outer
        if subtable.LookupType == 2:
            for pair, amount in _subtable(subtable, glyphs):
                found.setdefault(pair, amount)
    return found


def _subtable(subtable: Any, glyphs: set[str]) -> Iterator[tuple[tuple[str, str], int]]:
    """The pairs of one subtable, by single glyphs (format 1) or by classes (format 2)."""
    if subtable.Format == 1:
        for first, pairs in zip(subtable.Coverage.glyphs, subtable.PairSet, strict=True):
            if first in glyphs:
                for record in pairs.PairValueRecord:
                    if record.SecondGlyph in glyphs:
                        yield (first, record.SecondGlyph), getattr(record.Value1, "XAdvance", 0)
        return
    firsts, seconds = subtable.ClassDef1.classDefs, subtable.ClassDef2.classDefs
    for first in glyphs.intersection(subtable.Coverage.glyphs):
        row = subtable.Class1Record[firsts.get(first, 0)].Class2Record
        for second in glyphs:
            yield (first, second), getattr(row[seconds.get(second, 0)].Value1, "XAdvance", 0)
