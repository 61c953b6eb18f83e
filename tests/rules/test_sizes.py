"""Rules about size: what does not fit on a few screens is two things."""

import ast
from pathlib import Path

from tests.rules.tree import functions, is_migration, modules, ours, report, syntax, text

MODULE_LINES = 400
PAGE_LINES = 250
FUNCTION_LINES = 40
TEST_LINES = 60


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body without its docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def too_long(path: Path, limit: int) -> list[str]:
    """The functions of a module whose body is longer than the limit."""
    return [
        f"{path}:{function.lineno}: {function.name} has {body_lines(function)} lines, at most {limit}"
        for function in functions(syntax(path))
        if body_lines(function) > limit
    ]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    """Every module has at most 400 lines, a page of the screens at most 250."""
    findings = []
    for path in modules():
        limit = PAGE_LINES if path.parts[:2] == ("ui", "pages") else MODULE_LINES
        lines = len(text(path).splitlines())
        if lines > limit and not is_migration(path):
            findings.append(f"{path}: {lines} lines, at most {limit}")
    assert not findings, report(findings)


def test_no_function_is_longer_than_forty_lines() -> None:
    """The body of every function of the program has at most 40 lines."""
    findings = [finding for path in ours() if not is_migration(path) for finding in too_long(path, FUNCTION_LINES)]
    assert not findings, report(findings)


def test_no_test_is_longer_than_sixty_lines() -> None:
    """The body of every function of the tests has at most 60 lines."""
    findings = [finding for path in modules("tests") for finding in too_long(path, TEST_LINES)]
    assert not findings, report(findings)
