"""A page to draw on in millimetres from the top left: text, rules, boxes, paths; nothing else reaches the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, cast

from reportlab.pdfgen.canvas import Canvas

from certificates.fonts import registered
from certificates.typesetting import HAIRLINE, INK, MM, Line, Span, Style, shape, spans_width, width

PAGE_HEIGHT = 297.0
LEFT, RIGHT = 24.0, 194.0
TEXT_WIDTH = RIGHT - LEFT
TURNED_RIGHT = 273.0  # of a page in landscape
TURNED_WIDTH = TURNED_RIGHT - LEFT
PAGE_WIDTH = 210.0
BAR_FROM_TEXT = 2.0


def points(length: float) -> str:
    """A length in points as PDF writes it."""
    return f"{length:.3f}".rstrip("0").rstrip(".")


@cache
def _rgb(colour: str) -> str:
    """ "#RRGGBB" as three PDF operands."""
    return " ".join(points(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))


class _Letters(dict[str, str]):
    """The letters of a face shown so far in a document and in its first subset, each as it stands in a text there."""

    def __init__(self, face: str, canvas: Any) -> None:
        """Begin with none; a letter comes in when it is first shown."""
        super().__init__()
        self.font, self._canvas = registered(face), canvas
        self.name = ""
        self.rows: dict[str, str] = {}

    def __missing__(self, letter: str) -> str:
        (subset, code), *_ = self.split(letter)
        if subset:
            raise KeyError(letter)
        shown = self[letter] = str(self._canvas._escape(code))
        return shown

    def split(self, piece: str) -> Sequence[tuple[int, bytes]]:
        """The codes of a text by subset, as the library splits it."""
        return cast(Sequence[tuple[int, bytes]], self.font.splitString(piece, self._canvas._doc))

    def named(self, subset: int) -> str:
        """The name of a subset in the document."""
        return str(self.font.getSubsetInternalName(subset, self._canvas._doc))

    def row(self, text: str, pieces: Sequence[tuple[str, int]]) -> str:
        """The pieces of a text with what is between them.

        Raises:
            KeyError: not all of its letters are in the first subset.
        """
        if text in self.rows:
            return self.rows[text]
        self.name = self.name or self.named(0)
        shown = "".join(
            f"({''.join(map(self.__getitem__, piece))}){-correction if correction else ''}"
            for piece, correction in pieces
        )
        self.rows[text] = shown
        return shown


class Sheet:
    """The current page of a document being drawn."""

    def __init__(self, canvas: Canvas) -> None:
        """Draw on the canvas; its origin is at the bottom, ours at the top."""
        self._canvas: Any = canvas
        self._letters: dict[str, _Letters] = {}
        self.height, self.right = PAGE_HEIGHT, RIGHT

    def _emit(self, operators: str) -> None:
        """Append PDF operators to the page."""
        self._canvas._code.append(operators)

    @property
    def turned(self) -> bool:
        """Whether the page lies in landscape."""
        return self.height == PAGE_WIDTH

    def turn(self, turned: bool) -> None:
        """Begin a page in landscape, or upright again."""
        if turned != self.turned:
            self.height, self.right = (PAGE_WIDTH, TURNED_RIGHT) if turned else (PAGE_HEIGHT, RIGHT)
            high, wide = PAGE_HEIGHT * MM, PAGE_WIDTH * MM
            self._canvas.setPageSize((high, wide) if turned else (wide, high))

    def next_page(self) -> None:
        """Finish this page."""
        self._canvas.showPage()

    def text(
        self, x: float, y: float, text: str | Sequence[Span], of: Style | None = None, align: str = "left"
    ) -> float:
        """Draw text on the baseline y.

        Args:
            x: left end, middle or right end by `align`, mm.
            y: baseline, mm from the top.
            text: spans, or a text together with its style.
            of: the style of a plain text.
            align: "left", "centre" or "right".

        Returns:
            The x where the text ends, mm.
        """
        spans = (Span(text, of),) if isinstance(text, str) and of else text
        assert not isinstance(spans, str)
        wide = spans_width(spans)
        start = x - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        for span in spans:
            if span.text.strip(" \u00a0"):
                self._show(start, y, span)
            start += width(span.text, span.style)
        return start

    def lines(self, x: float, y: float, lines: Iterable[Line], leading: float, align: str = "left") -> float:
        """Draw lines from the first baseline y on.

        Args:
            leading: distance of baselines in points.

        Returns:
            The baseline after the last line, mm.
        """
        for line in lines:
            self.text(x, y, line.spans, align=align)
            y += leading / MM
        return y

    def rule(
        self, x1: float, x2: float, y: float, weight: float, colour: str = INK, dots: tuple[float, float] | None = None
    ) -> None:
        """A horizontal rule of a weight in points; dotted with (on, off) in points."""
        self.line(x1, y, x2, y, weight, colour, dots)

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        weight: float,
        colour: str = INK,
        dots: tuple[float, float] | None = None,
    ) -> None:
        """A straight line between two places."""
        dash = f"[{points(dots[0])} {points(dots[1])}] 0 d " if dots else ""
        self._emit(f"q {dash}{_rgb(colour)} RG {points(weight)} w {self._at(x1, y1)} m {self._at(x2, y2)} l S Q")

    def bar(self, top: float, height: float) -> None:
        """The bar in the right margin beside what changed since the replaced certificate."""
        self.line(self.right + BAR_FROM_TEXT, top, self.right + BAR_FROM_TEXT, top + height, 1.6)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str | None = None,
        stroke: str | None = None,
        weight: float = 0.7,
        dots: tuple[float, float] | None = None,
    ) -> None:
        """A rectangle by its top left corner."""
        dash = f"[{points(dots[0])} {points(dots[1])}] 0 d " if dots else ""
        colours = (f"{_rgb(fill)} rg " if fill else "") + (f"{_rgb(stroke)} RG {points(weight)} w " if stroke else "")
        paint = "B" if fill and stroke else "f" if fill else "S"
        corner = self._at(x, y + high)
        self._emit(f"q {dash}{colours}{corner} {points(wide * MM)} {points(high * MM)} re {paint} Q")

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        fill: str | None = None,
        stroke: str | None = None,
        weight: float = 0.7,
        dots: tuple[float, float] | None = None,
    ) -> None:
        """A circle by its middle."""
        bend = radius * 0.552285
        dash = f"[{points(dots[0])} {points(dots[1])}] 0 d " if dots else ""
        colours = (f"{_rgb(fill)} rg " if fill else "") + (f"{_rgb(stroke)} RG {points(weight)} w " if stroke else "")
        path = [f"{self._at(x + radius, y)} m"]
        for (ax, ay), (bx, by), (cx, cy) in (
            ((radius, bend), (bend, radius), (0, radius)),
            ((-bend, radius), (-radius, bend), (-radius, 0)),
            ((-radius, -bend), (-bend, -radius), (0, -radius)),
            ((bend, -radius), (radius, -bend), (radius, 0)),
        ):
            path.append(f"{self._at(x + ax, y + ay)} {self._at(x + bx, y + by)} {self._at(x + cx, y + cy)} c")
        paint = "b" if fill and stroke else "f" if fill else "s"
        self._emit(f"q {dash}{colours}{' '.join(path)} {paint} Q")

    def polygon(self, corners: Sequence[tuple[float, float]], fill: str) -> None:
        """A filled shape with straight sides."""
        first, *others = (self._at(x, y) for x, y in corners)
        self._emit(f"q {_rgb(fill)} rg {first} m {' '.join(f'{each} l' for each in others)} h f Q")

    def filled_path(self, path: str, fill: str = INK) -> None:
        """A path of PDF operators in page coordinates, filled."""
        self._emit(f"q {_rgb(fill)} rg {path} f Q")

    def stroked_path(self, path: str, colour: str = HAIRLINE, weight: float = 0.35, matrix: str = "") -> None:
        """A path of PDF operators, stroked, in the coordinates of an optional matrix."""
        self._emit(f"q {matrix} {_rgb(colour)} RG {points(weight)} w {path} S Q")

    def _at(self, x: float, y: float) -> str:
        """A place as PDF operands."""
        return f"{points(x * MM)} {points((self.height - y) * MM)}"

    def _show(self, x: float, y: float, span: Span) -> None:
        """Draw one span with its kerning."""
        face, of = span.style.face, span.style
        letters = self._letters.get(face)
        if letters is None:
            letters = self._letters[face] = _Letters(face, self._canvas)
        pieces, size = shape(span.text, face).pieces, points(of.size)
        try:
            row = letters.row(span.text, pieces)
            shown = f"{letters.name} {size} Tf [{row}] TJ"
        except KeyError:
            shown = " ".join(self._by_subset(letters, pieces, size))
        self._emit(f"BT {_rgb(of.colour)} rg 1 0 0 1 {self._at(x, y)} Tm {shown} ET")

    def _by_subset(self, letters: _Letters, pieces: Sequence[tuple[str, int]], size: str) -> Iterator[str]:
        """The pieces of a text, of which some letters are in a later subset."""
        used = -1
        row: list[str] = []
        for piece, correction in pieces:
            for subset, codes in letters.split(piece):
                if subset != used:
                    if row:
                        yield f"[{''.join(row)}] TJ"
                        row = []
                    yield f"{letters.named(subset)} {size} Tf"
                    used = subset
                row.append(f"({self._canvas._escape(codes)})")
            if correction:
                row.append(str(-correction))
        yield f"[{''.join(row)}] TJ"
