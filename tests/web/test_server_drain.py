"""The way a server leaves (HB7) and how it says that its port is taken, over real sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import uvloop
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from rebond.hub.outbox import Outbox, OutboxLimits
from rebond.web.frame_path import outbox_for
from rebond.web.server import PortInUse, ServerSettings, bind, make_server


def test_hb7_nobody_new_enters_and_everybody_is_told_before_uvicorn_leaves() -> None:
    """HB7. Given a socket, when the server is asked to leave, then new connections are refused while the drain runs,
    the socket is still open then, and it ends with the drain's code and not with uvicorn's 1012."""

    async def story() -> None:
        outboxes: asyncio.Queue[Outbox] = asyncio.Queue()

        async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
            await receive()
            if scope["type"] == "lifespan":
                await send({"type": "lifespan.startup.complete"})
                await receive()
                await send({"type": "lifespan.shutdown.complete"})
                return
            await send({"type": "websocket.accept"})
            outboxes.put_nowait(outbox_for(scope, send, OutboxLimits()))
            while (await receive())["type"] != "websocket.disconnect":
                pass

        refused: list[str] = []

        async def drain() -> None:
            with pytest.raises(ConnectionRefusedError) as refusal:
                await asyncio.open_connection("127.0.0.1", port)
            refused.append(type(refusal.value).__name__)
            outbox = await outboxes.get()
            assert not outbox.closed
            outbox.close(4001, "draining")

        settings = ServerSettings(port=0)
        listener = bind(settings)
        ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        server = make_server(app, settings, drain=drain, on_ready=ready.set_result)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        port = await ready
        async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as client:
            server.should_exit = True
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "draining")
        await running
        assert refused == ["ConnectionRefusedError"]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


def test_a_taken_port_is_said_in_one_sentence() -> None:
    """Given a port somebody listens on, when another server binds it, then the error names it and says what to do."""
    with bind(ServerSettings(port=0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is taken"):
            bind(ServerSettings(port=port))
