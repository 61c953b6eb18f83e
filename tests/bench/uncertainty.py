"""The speed and memory of the numerical core beside hand-written numpy and beside the peers that are installed.

    python -m tests.bench.uncertainty [--json FILE] [--rounds N] [--quick]

Every task is run in interleaved rounds and the medians are kept, since a computer is seldom alone;
read the ratios. Peers have no target; they are measured only where they can be imported.
"""

import argparse
import contextlib
import gc
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.bench import hand_written as hand
from tests.bench import peers
from tests.bench.table import Row, table, write_rows
from uncertainty.batch import evaluate_batch
from uncertainty.data_folder import data_folder
from uncertainty.evaluation import evaluate
from uncertainty.expression import read_expression
from uncertainty.measurement_model import MeasurementModel
from uncertainty.model_file import compile_equations, read_model

ROOT = Path(__file__).resolve().parents[2]
OURS = "Chuẩn"
POINTS = 10_000
MILLION = 1_000_000
END_GAUGE = (data_folder() / "reference" / "gum-h1.toml").read_text(encoding="utf-8")
NOT_LOADED = ("scipy.stats", "sympy")


@dataclass(frozen=True)
class Entry:
    """One engine of a task: what it runs, how its time is scaled, what it must reach."""

    engine: str
    run: Callable[[], object]
    scale: float = 1.0
    target: float | None = None


def plain_model(table: dict, text: str) -> MeasurementModel:
    """A model of numbers of dimension one."""
    inputs = {}
    for name, (value, u, dof) in table.items():
        inputs[name] = {"value": repr(value), "standard_uncertainty": repr(u)}
        if dof < float("inf"):
            inputs[name]["dof"] = dof
    return read_model({"model": {"y": text}, "outputs": {"y": {"unit": "1"}}, "inputs": inputs})


def medians(entries: list[Entry], rounds: int, least_s: float) -> dict[str, float]:
    """Seconds of each engine, the median of interleaved rounds; an engine that fails is left out, and named."""
    times: dict[str, list[float]] = {entry.engine: [] for entry in entries}
    for _ in range(rounds + 1):  # the first round warms up
        for entry in entries:
            if entry.engine not in times:
                continue
            try:
                times[entry.engine].append(_seconds(entry.run, least_s) * entry.scale)
            except Exception as problem:  # noqa: BLE001 - a peer may fail in any way
                print(f"{entry.engine} left out: {type(problem).__name__}: {problem}"[:160], file=sys.stderr)
                del times[entry.engine]
    return {engine: statistics.median(found[1:]) for engine, found in times.items()}


def _seconds(run: Callable[[], object], least_s: float) -> float:
    gc.collect()
    done, start = 0, time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        while True:
            run()
            done += 1
            taken = time.perf_counter() - start
            if taken >= least_s:
                return taken / done


def compared(task: str, unit: str, entries: list[Entry], rounds: int, least_s: float = 0.05) -> Iterator[Row]:
    """Rows of a task as multiples of its first entry, which is the limit."""
    found = medians(entries, rounds, least_s)
    limit = found[entries[0].engine]
    for entry in entries:
        if entry.engine in found:
            figure = found[entry.engine] / limit
            met = None if entry.target is None else figure <= entry.target
            yield Row(task, entry.engine, found[entry.engine], figure, unit, entry.target, met)


def batches(rounds: int, others: dict) -> Iterator[Row]:
    """Ten thousand points of one model with degrees of freedom and every contribution."""
    kinds = {
        "linear": (hand.COMPARISON, hand.COMPARISON_TEXT, hand.varied_comparison, hand.many_comparisons, 3.0),
        "balance": (hand.BALANCE, hand.BALANCE_TEXT, hand.varied_balance, hand.many_balances, 2.0),
    }
    for kind, (quantities, text, vary, by_hand, target) in kinds.items():
        varied, model = vary(POINTS), plain_model(quantities, text)
        x = hand.columns(quantities, varied, POINTS)
        everything = dict(zip(quantities, x, strict=True))
        entries = [
            Entry("numpy by hand", lambda by_hand=by_hand, x=x: by_hand(x)),
            Entry(OURS, lambda model=model, all_of=everything: evaluate_batch(model, all_of), target=target),
        ]
        for name, peer in others.items():
            entries.append(Entry(name, peers.batch(name, peer, kind, x), POINTS / peers.POINTS[name]))
        name = {"linear": "linear comparison", "balance": "pressure balance"}[kind]
        yield from compared(f"10 000 points, {name}", "x numpy", entries, rounds)


def singles(rounds: int, others: dict) -> Iterator[Row]:
    """GUM H.1 once, the model known, and a text model seen for the first time."""
    model = read_model(END_GAUGE)
    entries = [
        Entry("Python by hand", hand.one_end_gauge),
        Entry(OURS, lambda: evaluate(model, monte_carlo=False), target=60.0),
        *(Entry(name, peers.one_end_gauge(name, peer)) for name, peer in others.items()),
    ]
    yield from compared("GUM H.1, units, dof, full budget", "x Python", entries, rounds)
    numbers = count()

    def first_use() -> None:
        compile_equations.cache_clear()
        read_expression.cache_clear()
        read_model(END_GAUGE.replace("50000623", f"5{next(numbers):07d}"))

    fresh = [Entry(OURS, first_use, target=10.0)]
    fresh += [Entry(name, run) for name, peer in others.items() if (run := peers.new_text(name, peer))]
    for engine, seconds in medians(fresh, rounds, 0.05).items():
        target = 10.0 if engine == OURS else None
        figure = seconds * 1e3
        yield Row("new text model", engine, seconds, figure, "ms", target, None if target is None else figure <= target)


def trials(rounds: int, others: dict) -> Iterator[Row]:
    """A million trials of GUM H.1 with both intervals, and the adaptive procedure."""
    model = read_model(END_GAUGE)
    entries = [
        Entry("numpy by hand", lambda: hand.trials_of_end_gauge(MILLION)),
        Entry(f"{OURS}, one thread", lambda: evaluate(model, trials=MILLION, threads=1), target=1.1),
        Entry(f"{OURS}, two threads", lambda: evaluate(model, trials=MILLION, threads=2), target=0.7),
    ]
    for name, peer in others.items():
        run = peers.monte_carlo(name, peer, MILLION)
        if run is not None:
            entries.append(Entry(name, run))
    yield from compared("Monte Carlo, 1e6 trials, both intervals", "x numpy", entries, rounds, 0.0)
    start = time.perf_counter()
    found = evaluate(model, trials="adaptive").outputs["l"].monte_carlo
    assert found is not None
    taken = time.perf_counter() - start
    yield Row("adaptive Monte Carlo to a fifth of the tolerance", OURS, taken, found.trials, "trials")


def memory(large: int) -> Iterator[Row]:
    """The peak memory of a process that runs a number of trials, the interpreter included (Linux only)."""
    if not Path("/proc/self/status").exists():
        return
    for number in (MILLION, large):
        code = (
            "from tests.bench.uncertainty import END_GAUGE; from uncertainty.model_file import read_model\n"
            "from uncertainty.evaluation import evaluate\n"
            f"evaluate(read_model(END_GAUGE), trials={number})\n"
            # not getrusage: its peak is that of the parent before the program was loaded
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        start = time.perf_counter()
        peak = float(_run(code)) / 1024
        taken = time.perf_counter() - start
        yield Row(f"peak memory, {number:.0e} trials", OURS, taken, peak, "MB", 200.0, peak <= 200.0)


def beginnings(rounds: int, others: dict) -> Iterator[Row]:
    """From a process that has loaded numpy to its first result, and what is loaded then."""
    own = (
        "from uncertainty.model_file import read_model; from uncertainty.evaluation import evaluate\n"
        f"evaluate(read_model(open({str(data_folder() / 'reference' / 'gum-h1.toml')!r}).read()), monte_carlo=False)"
    )
    programs = [(OURS, own), *peers.first_results(list(others))]
    times: dict[str, list[float]] = {name: [] for name, _ in programs}
    for _ in range(rounds):
        for name, code in programs:
            timed = f"import numpy, time; t = time.perf_counter()\n{code}\nprint(time.perf_counter() - t)"
            times[name].append(float(_run(timed)))
    for name, found in times.items():
        figure, target = statistics.median(found) * 1e3, 150.0 if name == OURS else None
        met = None if target is None else figure <= target
        yield Row("import and first result", name, statistics.median(found), figure, "ms", target, met)
    loaded = _run(f"{own}\nimport sys; print(sum(name in sys.modules for name in {NOT_LOADED!r}))")
    yield Row(
        f"loaded at run time: {', '.join(NOT_LOADED)}", OURS, None, float(loaded), "modules", 0.0, not int(loaded)
    )


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def measure(rounds: int, large: int) -> list[Row]:
    """All rows."""
    others = peers.installed()
    return [
        *batches(rounds, others),
        *singles(rounds, others),
        *trials(max(3, rounds // 2), others),
        *memory(large),
        *beginnings(rounds, others),
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.uncertainty", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="3 rounds, and 1e7 trials instead of 1e8")
    given = parser.parse_args(arguments)
    rows = measure(3 if given.quick else given.rounds, 10**7 if given.quick else 10**8)
    print(table(rows))
    if given.json:
        write_rows(rows, given.json)


if __name__ == "__main__":
    main()
