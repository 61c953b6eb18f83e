"""The repository as the rules see it: its tracked files, their text and their syntax trees."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("uncertainty", "certificates", "instruments", "lims", "ui")
LEFT_OUT = {".venv", ".git", "__pycache__", "build", "dist"}  # when there is no git to ask


@functools.cache
def tracked() -> tuple[Path, ...]:
    """The tracked files that exist, relative to the root; without git (an unpacked archive) all files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode == 0 and listed.stdout:
        names = [Path(name.decode()) for name in listed.stdout.split(b"\0") if name]
    else:
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [path for path in names if not LEFT_OUT & set(path.parts)]
    return tuple(sorted(path for path in names if (ROOT / path).is_file()))


def modules(*tops: str) -> tuple[Path, ...]:
    """The tracked Python files, or those below the top-level names given."""
    return tuple(path for path in tracked() if path.suffix == ".py" and (not tops or path.parts[0] in tops))


def ours() -> tuple[Path, ...]:
    """The Python files of the program itself."""
    return modules(*PACKAGES, "lab.py")


def is_migration(path: Path) -> bool:
    """Whether a module is one step of the database's history, which is never changed afterwards."""
    return path.parts[:3] == ("lims", "store", "migrations")


@functools.cache
def text(path: Path) -> str:
    """The text of a tracked file."""
    return (ROOT / path).read_text(encoding="utf-8")


@functools.cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a tracked module."""
    return ast.parse(text(path), filename=str(path))


@functools.cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a tree."""
    return tuple(ast.walk(tree))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a tree, nested ones and methods included."""
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@functools.cache
def calls(tree: ast.AST) -> tuple[tuple[ast.Call, str], ...]:
    """Every call of a tree with the dotted name of what is called, `?` standing for what is not a plain name."""
    return tuple((node, dotted(node.func)) for node in nodes(tree) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """The dotted name of an expression such as `ui.navigate.to`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a tree with the module's full name."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module


def place(path: Path, node: ast.expr | ast.stmt | ast.ExceptHandler, what: str) -> str:
    """One finding as `file:line: what`."""
    return f"{path}:{node.lineno}: {what}"


def report(findings: list[str]) -> str:
    """What a failing rule prints."""
    return "\n" + "\n".join(sorted(findings)) + f"\n({len(findings)} in all)"
