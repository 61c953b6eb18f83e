"""The page of a job between two answers: what was read later stands, whichever answer comes last."""

from typing import Any

from ui.pages.job import JobPage


class Drawn:
    """Keeps what it is asked to draw."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.points: list[Any] = []

    def show(self, points: Any) -> None:
        """Draw points."""
        self.points.append(points)


def test_an_answer_that_was_overtaken_is_not_drawn() -> None:
    """A slow reading of the job begun before a correction does not put the wrong text back on the screen."""
    page: Any = JobPage.__new__(JobPage)
    grid, panel = Drawn(), Drawn()
    page._asked = page._drawn = 0
    page._readings, page._results = [grid], panel
    before, after = page._ask(), page._ask()
    page._draw(after, ("30",))
    page._draw(before, ("3o",))
    assert grid.points == panel.points == [("30",)]
    assert page._points == ("30",)
    page._draw(page._ask(), ("31",))
    assert grid.points[-1] == ("31",)
