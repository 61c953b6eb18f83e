"""Rules about calls: text never becomes code, the clock is asked in one place, the screens take no foreign markup."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.rules.tree import calls, dotted, imported, is_migration, modules, nodes, ours, place, report, syntax

CODE_FROM_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen"}
FOREIGN_READERS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml", "numexpr"}
NOT_OURS = {"uncertainties", "requests", "httpx", "aiohttp"}  # the program fetches nothing
CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "date.today", "datetime.date.today", "dt.datetime.now", "dt.date.today", "time.time",
    "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
}  # fmt: skip
CLOCK_AT = {Path("lims/clock.py"), Path("lab.py")}
# The first argument has to be written in the source: it becomes part of the page as it stands.
MARKUP = {
    "ui.add_css", "ui.add_head_html", "ui.add_body_html", "ui.add_scss", "ui.add_sass", "ui.run_javascript",
    "app.add_css", "Markup", "markupsafe.Markup", "ui.restructured_text",
}  # fmt: skip
# Functions of ours whose answer is escaped markup; what they return may be put into a page as it stands.
# (module, dotted name of the call): one line for each exception, with its reason.
MARKUP_EXCEPTIONS: dict[tuple[str, str], str] = {}


def is_written_out(node: ast.expr | None) -> bool:
    """Whether an argument is a text that stands in the source, or a constant of ours in capital letters."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.BinOp):
        return is_written_out(node.left) and is_written_out(node.right)
    return isinstance(node, ast.Name | ast.Attribute) and dotted(node).rsplit(".", 1)[-1].isupper()


def first(call: ast.Call) -> ast.expr | None:
    """The first argument of a call."""
    return call.args[0] if call.args else (call.keywords[0].value if call.keywords else None)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument of a call."""
    return next((word.value for word in call.keywords if word.arg == name), None)


def is_constant(node: ast.expr | None, wanted: object) -> bool:
    """Whether an argument is written as this very constant."""
    return isinstance(node, ast.Constant) and node.value is wanted


@cache
def imports_random(path: Path) -> bool:
    """Whether `random` is the standard library's module there, and no generator of that name."""
    return any(name == "random" for _, name in imported(syntax(path)))


def program_calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call in the program."""
    for path in ours():
        for call, name in calls(syntax(path)):
            yield path, call, name


def screen_calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call in the screens."""
    return ((path, call, name) for path, call, name in program_calls() if path.parts[0] == "ui")


def test_text_never_becomes_code() -> None:
    """Nothing of the program evaluates, executes or compiles text."""
    findings = [place(path, call, name) for path, call, name in program_calls() if name in CODE_FROM_TEXT]
    findings += [
        place(path, call, name)
        for path, call, name in program_calls()
        if name.rsplit(".", 1)[-1] in {"sympify", "lambdify", "parse_expr", "literal_eval"} or keyword(call, "shell")
    ]
    assert not findings, report(findings)


def test_no_foreign_bytes_become_objects() -> None:
    """Nothing of the program imports pickle or its relatives, a package that fetches, or one that looks like ours."""
    findings = [
        place(path, node, f"imports {name}")
        for path in ours()
        for node, name in imported(syntax(path))
        if name.split(".")[0] in FOREIGN_READERS | NOT_OURS
    ]
    assert not findings, report(findings)


def test_the_screens_package_is_never_imported_by_its_bare_name() -> None:
    """`import ui` stands nowhere: in the screens the bare name belongs to NiceGUI."""
    findings = [
        place(path, node, ast.unparse(node))
        for path in modules()
        for node in nodes(syntax(path))
        if isinstance(node, ast.Import) and any(alias.name == "ui" and not alias.asname for alias in node.names)
    ]
    assert not findings, report(findings)


def test_only_texts_of_the_source_are_formatted() -> None:
    """`format` is applied to texts that stand in the source only."""
    findings = [
        place(path, call, ast.unparse(call)[:80])
        for path, call, name in program_calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"format", "format_map"}
        and path != Path("lab.py")
        and not is_written_out(call.func.value)
        and ast.unparse(call.func.value) != "super()"
        and not ast.unparse(call.func.value).startswith("sql.SQL(")  # psycopg quotes what it puts in
    ]
    assert not findings, report(findings)


def test_the_clock_is_asked_in_one_place() -> None:
    """Nothing but lims/clock.py asks what time it is."""
    findings = [
        place(path, call, name) for path, call, name in program_calls() if name in CLOCK and path not in CLOCK_AT
    ]
    assert not findings, report(findings)


def test_chance_is_seeded() -> None:
    """No random number is drawn from a generator without a seed; secrets come from `secrets`."""
    findings = []
    for path, call, name in program_calls():
        shared = ("np.random.", "numpy.random.", *(["random."] if imports_random(path) else []))
        legacy = name.startswith(shared) and not name.endswith(
            ("default_rng", "Generator", "SeedSequence", "PCG64", "PCG64DXSM", "Philox", "SFC64", "SystemRandom")
        )
        unseeded = name.endswith(("default_rng", "SeedSequence")) and not call.args and not call.keywords
        if legacy or unseeded:
            findings.append(place(path, call, name))
    assert not findings, report(findings)


def test_markup_of_a_page_is_written_in_the_source() -> None:
    """Styles, scripts and raw markup given to a page stand in the source, word for word."""
    findings = [
        place(path, call, f"{name}({ast.unparse(first(call) or call)[:60]})")
        for path, call, name in program_calls()
        if name in MARKUP and not is_written_out(first(call)) and (str(path), name) not in MARKUP_EXCEPTIONS
    ]
    assert not findings, report(findings)


def test_attributes_and_styles_are_never_pasted_together() -> None:
    """`props`, `style` and `classes` of an element get texts of the source; a value goes in by its own key."""
    findings = [
        place(path, call, ast.unparse(call)[-80:])
        for path, call, _ in screen_calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"props", "style"}
        and call.args
        and not is_written_out(call.args[0])
    ]
    assert not findings, report(findings)


def test_markup_is_always_sanitised() -> None:
    """No element shows markup without the sanitiser, and no notice or table cell takes markup."""
    findings = []
    for path, call, name in screen_calls():
        raw = is_constant(keyword(call, "sanitize"), False) and not is_written_out(first(call))
        if raw and (str(path), name) not in MARKUP_EXCEPTIONS:
            findings.append(place(path, call, f"{name}(sanitize=False)"))
        if keyword(call, "html_columns") or is_constant(keyword(call, "html"), True):
            findings.append(place(path, call, f"{name} takes markup"))
    assert not findings, report(findings)


def test_no_page_leads_to_a_foreign_address() -> None:
    """Every address that a page leads to begins, in the source, with one slash."""
    findings = []
    for path, call, name in screen_calls():
        target = None
        if name == "ui.navigate.to":
            target = first(call)
        elif name == "ui.link":
            target = call.args[1] if len(call.args) > 1 else keyword(call, "target")
        if target is None:
            continue
        beginning = target.values[0] if isinstance(target, ast.JoinedStr) and target.values else target
        said = beginning.value if isinstance(beginning, ast.Constant) else None
        known = isinstance(said, str) and (said.startswith("#") or (said.startswith("/") and not said.startswith("//")))
        if not known and not is_written_out(target):
            findings.append(place(path, call, f"{name}({ast.unparse(target)[:60]})"))
    assert not findings, report(findings)


STATEMENTS = {"text", "sa.text", "sqlalchemy.text", "sqlmodel.text"}


def takes_text(path: Path) -> bool:
    """Tell whether the plain name `text` of a module is SQLAlchemy's."""
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("sqlalchemy", "sqlmodel"))
        and any(alias.name == "text" for alias in node.names)
        for node in nodes(syntax(path))
    )


def test_statements_are_never_pasted_together() -> None:
    """No SQL is put together from texts; only the store's own migrations and triggers, from names of the source."""
    findings = [
        place(path, call, f"{name}({ast.unparse(first(call) or call)[:60]})")
        for path, call, name in program_calls()
        if ((name in STATEMENTS and (name != "text" or takes_text(path))) or name.endswith(".exec_driver_sql"))
        and isinstance(first(call), ast.JoinedStr | ast.BinOp)
        and path.parts[:2] != ("lims", "store")
        and not is_migration(path)
    ]
    assert not findings, report(findings)
