"""Trials of a model in blocks, each with a stream of its own: the same numbers whatever the number of threads."""

import math
import os
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidModel
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.sampling import Sampler

if TYPE_CHECKING:
    from concurrent.futures import Future

Array = NDArray[np.float64]
Interval = tuple[float, float]
BLOCK = 65_536
LARGEST_BLOCK = 1_048_576
# Drawn and computed at once: the arrays of one piece stay in the cache of the processor.
PIECE = 8_192
MOST_THREADS = 4


@dataclass(frozen=True)
class Block:
    """What one block of trials gives, in the units of the results.

    Attributes:
        size: number of trials.
        means: by output.
        products: sums of products of the deviations from the means, outputs by outputs.
        quantiles: by output: lower and upper end of the symmetric interval, lower and upper end of
            the shortest, median.
    """

    size: int
    means: Array
    products: Array
    quantiles: Array


class TrialBlocks:
    """Blocks of trials of all outputs of a model.

    Args:
        model: a checked model.
        seed: of the streams; block n always has the n-th stream.

    Source: JCGM 101, 7.2 to 7.5; C.2 (streams).
    """

    def __init__(self, model: MeasurementModel, seed: int) -> None:
        self.model = model
        self.seed = seed
        self._sampler = Sampler(model)
        self._slots = [model.program.slots[output.name] for output in model.outputs]

    def draw(self, stream: np.random.SeedSequence, size: int) -> Array:
        """The trials of one block, one row per output, in the units of the results.

        Raises:
            InvalidModel: where trials fall outside the domain of the equations.
        """
        random = np.random.Generator(np.random.SFC64(stream))
        trials = np.empty((len(self._slots), size))
        for start in range(0, size, PIECE):
            piece = min(PIECE, size - start)
            values = self.model.program.values(self._sampler.draw(random, piece))
            for row, slot in enumerate(self._slots):
                trials[row, start : start + piece] = values[slot]
        for output, row_of in zip(self.model.outputs, trials, strict=True):
            if not math.isfinite(float(row_of.sum())):
                _refuse_lost(output, row_of)
            _to_unit(row_of, output)
        return trials

    def summary(self, stream: np.random.SeedSequence, size: int, coverage_probability: float) -> Block:
        """One block, drawn and summarised."""
        trials = self.draw(stream, size)
        pivot = trials[:, 0].copy()  # an exact output then has no spread, not even that of binary rounding
        trials -= pivot[:, None]
        shift = trials.mean(axis=1)
        trials -= shift[:, None]
        means = pivot + shift
        products = np.einsum("ik,jk->ij", trials, trials)  # not BLAS: its sums depend on its threads
        trials.sort(axis=1)
        quantiles = np.empty((len(trials), 5))
        for row, found, mean in zip(trials, quantiles, means, strict=True):
            symmetric, shortest = intervals(row, coverage_probability)
            found[:] = (*symmetric, *shortest, row[size // 2])
            found += mean
        return Block(size, means, products, quantiles)

    def summaries(self, sizes: Iterator[int], coverage_probability: float, threads: int | None) -> Generator[Block]:
        """Summaries of blocks in their order, drawn ahead by several threads.

        Args:
            sizes: trials of each block; may go on for ever, the caller stops asking.
            coverage_probability: p.
            threads: how many draw at once; None takes what the computer has, up to MOST_THREADS.
        """
        count = available_threads() if threads is None else threads
        root = np.random.SeedSequence(self.seed)
        if count <= 1:
            for size in sizes:
                yield self.summary(root.spawn(1)[0], size, coverage_probability)
            return
        waiting: deque[Future[Block]] = deque()
        from concurrent.futures import ThreadPoolExecutor  # loaded with the first trials

        with ThreadPoolExecutor(count) as pool:
            try:
                for size in sizes:
                    waiting.append(pool.submit(self.summary, root.spawn(1)[0], size, coverage_probability))
                    if len(waiting) > count:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()


def available_threads() -> int:
    """How many threads draw at once where nothing is stated."""
    return max(1, min(MOST_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1))


def sizes_of(trials: int) -> list[int]:
    """A stated number of trials in equal blocks (to one trial) of at most BLOCK."""
    count = -(-trials // BLOCK)
    return [trials // count + (1 if index < trials % count else 0) for index in range(count)]


def block_size(coverage_probability: float) -> int:
    """Trials of one block of the adaptive procedure: enough for the ends of the interval.

    Source: JCGM 101, 7.9.4 b): at least 100/(1 - p).
    """
    return min(LARGEST_BLOCK, max(BLOCK, math.ceil(100 / (1 - coverage_probability))))


def intervals(trials: Array, coverage_probability: float) -> tuple[Interval, Interval]:
    """The probabilistically symmetric and the shortest coverage interval of sorted trials.

    Args:
        trials: sorted, any unit.
        coverage_probability: p.

    Source: JCGM 101, 7.7.
    """
    count = len(trials)
    inside = min(count - 1, math.floor(coverage_probability * count + 0.5))
    low = (count - inside) // 2
    symmetric = (float(trials[low]), float(trials[min(count - 1, low + inside)]))
    widths = trials[inside:] - trials[: count - inside]
    start = int(np.argmin(widths))
    return symmetric, (float(trials[start]), float(trials[start + inside]))


def _refuse_lost(output: OutputQuantity, trials: Array) -> None:
    lost = int(np.count_nonzero(~np.isfinite(trials)))
    if lost:
        raise InvalidModel("uncertainty.monte_carlo_domain", output=output.name, lost=lost, trials=len(trials))


def _to_unit(values: Array, output: OutputQuantity) -> None:
    if output.is_point and output.unit.zero:
        values -= output.unit.zero
    if output.unit.factor != 1.0:
        values /= output.unit.factor
