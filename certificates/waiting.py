"""The signing library speaks in coroutines; ours are plain functions, called from threads with and without a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def outcome(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of a coroutine, also where this thread has a running loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of a coroutine that waits for nothing: no loop is made, so no file and no socket is opened.

    Raises:
        RuntimeError: it wanted to wait after all.
    """
    try:
        work.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    work.close()
    raise RuntimeError("what is judged apart must not wait")
