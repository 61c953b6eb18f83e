"""Rules about docstrings: what a thing is stands in its first line, what a test promises too."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.rules.tree import functions, is_migration, modules, ours, place, report, syntax, text

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(tree: ast.Module) -> Iterator[Documented]:
    """The functions, classes and methods that others may use: no leading underscore, nothing inside a function."""
    waiting: list[ast.Module | ast.ClassDef] = [tree]
    while waiting:
        for node in waiting.pop().body:
            if isinstance(node, Documented) and not node.name.startswith("_") and not is_variant(node):
                yield node
            if isinstance(node, ast.ClassDef):
                waiting.append(node)


def is_variant(node: Documented) -> bool:
    """Whether a function only adds a signature or a setter to one that is documented."""
    names = {ast.unparse(decorator) for decorator in node.decorator_list}
    return bool(names & {"overload", "typing.overload", "override"}) or any(name.endswith(".setter") for name in names)


def promises_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The test functions of a module; the acts of a state machine are none."""
    for node in functions(syntax(path)):
        if node.name.startswith("test_"):
            yield node


def test_every_module_says_what_it_is() -> None:
    """Every module that holds anything begins with a docstring."""
    findings = [
        f"{path}: no docstring" for path in modules() if text(path).strip() and not ast.get_docstring(syntax(path))
    ]
    assert not findings, report(findings)


def test_everything_public_says_what_it_is() -> None:
    """Every public function, class and method of the program has a docstring."""
    findings = [
        place(path, node, f"{node.name} has no docstring")
        for path in ours()
        if not is_migration(path)
        for node in public(syntax(path))
        if not ast.get_docstring(node)
    ]
    assert not findings, report(findings)


def test_every_test_says_what_it_promises() -> None:
    """Every test has a docstring that is one sentence in one line."""
    findings = []
    for path in modules("tests"):
        for node in promises_of(path):
            said = ast.get_docstring(node) or ""
            if not said:
                findings.append(place(path, node, f"{node.name} promises nothing"))
            elif not said.splitlines()[0].rstrip().endswith((".", "?", "…")):
                findings.append(place(path, node, f"{node.name}: the promise is not a sentence in one line"))
    assert not findings, report(findings)
