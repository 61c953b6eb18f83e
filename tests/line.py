"""A line between browser and server that can be slow, and can break: a relay on the loopback address."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.served import HOST

CHUNK = 65_536


class Line:
    """Hands every byte on, later by `delay_s` each way; while it is cut nobody gets through."""

    def __init__(self, server: str) -> None:
        """Lead to the server at an address like http://127.0.0.1:8080."""
        self._port = urlsplit(server).port
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._end = asyncio.Event()
        self.delay_s = 0.0
        self.address = ""

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._connected, HOST, 0)
        self.address = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await self._end.wait()
        server.close()
        self._break()
        await asyncio.gather(*self._connections)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        there, onward = await asyncio.open_connection(HOST, self._port)
        self._open |= {writer, onward}
        await asyncio.gather(self._hand_on(reader, onward), self._hand_on(there, writer))
        self._open -= {writer, onward}
        self._connections.discard(task)

    async def _hand_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Each piece leaves `delay_s` after it came, in order, however many are on the way."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, piece = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not piece:
                    return
                sink.write(piece)
                await sink.drain()

        delivering = asyncio.ensure_future(deliver())
        with suppress(OSError):
            while piece := await source.read(CHUNK):
                on_the_way.put_nowait((self._loop.time() + self.delay_s, piece))
        on_the_way.put_nowait((0.0, b""))
        with suppress(OSError):
            await delivering
        sink.close()

    def cut(self) -> None:
        """Break every connection, and let no new one through."""

        self._is_cut = True
        self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for one in self._open:
            one.transport.abort()

    def end(self) -> None:
        """Break every connection and stop listening."""
        self._loop.call_soon_threadsafe(self._end.set)

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """A line to a server, as long as the block runs."""
    line, ready = Line(server), threading.Event()

    def run() -> None:
        line._loop.run_until_complete(line._serve(ready))
        line._loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield line
    finally:
        line.end()
        thread.join(10)
