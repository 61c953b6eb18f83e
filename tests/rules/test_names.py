"""Rules about names: a module is named after the thing it holds, and nothing lies beside the house."""

import ast
import re

from tests.rules.tree import modules, nodes, place, report, syntax, tracked

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "misc", "common"}
TOP_LEVEL = {
    "lims", "uncertainty", "certificates", "instruments", "ui", "tests", "data", "docs", ".ci", "pyproject.toml",
    "lab.py", "requirements.lock", "requirements-dev.lock", "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md",
    ".gitignore", ".gitattributes",
}  # fmt: skip


def words(name: str) -> set[str]:
    """The words of a name in snake case or camel case, in small letters."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_module_has_an_empty_name() -> None:
    """No module or package is called utils, helpers, manager, misc or common."""
    findings = [
        str(path) for path in modules() if any(words(part) & EMPTY_WORDS for part in path.with_suffix("").parts)
    ]
    assert not findings, report(findings)


def test_no_class_has_an_empty_name() -> None:
    """No class is called a manager or a helper; a quality manager is a person."""
    findings = [
        place(path, node, node.name)
        for path in modules()
        for node in nodes(syntax(path))
        if isinstance(node, ast.ClassDef) and words(node.name) & EMPTY_WORDS and "QualityManager" not in node.name
    ]
    assert not findings, report(findings)


def test_nothing_stands_beside_the_house() -> None:
    """The top level holds the seven fixed names and what every repository has, nothing else."""
    beside = {path.parts[0] for path in tracked()} - TOP_LEVEL
    assert not beside, f"beside the house: {sorted(beside)}"


def test_data_holds_no_python() -> None:
    """The data folder holds no Python."""
    findings = [str(path) for path in modules("data")]
    assert not findings, report(findings)
