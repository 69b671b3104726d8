"""The outbox over ASGI's `send` (HB1, HB3), alone: a server of the test's own takes one message when it is told to.

The way to the transport is proved over real sockets, in tests/web/test_frame_path.py; so is this one once more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

import pytest

from rebond.hub.frame import JoinedFrames, PreparedFrame
from rebond.hub.outbox import OutboxLimits, SendOutbox

LIMITS = OutboxLimits(high_bytes=1_000, low_bytes=300, max_bytes=4_000)
WITHIN_S = 100.0
"""No message takes that long: what does not come by then never does, and the test says so instead of waiting."""


class Server:
    """An ASGI `send` that holds each message until it is let through, as a server does whose socket is full."""

    def __init__(self) -> None:
        self.taken: list[MutableMapping[str, Any]] = []
        self.under_way = 0
        self._offered: asyncio.Queue[tuple[MutableMapping[str, Any], asyncio.Future[None]]] = asyncio.Queue()

    async def send(self, message: MutableMapping[str, Any]) -> None:
        assert self.under_way == 0, "ASGI: one send at a time"
        self.under_way += 1
        try:
            through: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._offered.put_nowait((message, through))
            await through
        finally:
            self.under_way -= 1

    async def take(self, failure: Exception | None = None) -> MutableMapping[str, Any]:
        """The next message offered, taken; or refused with `failure`."""
        async with asyncio.timeout(WITHIN_S):
            message, through = await self._offered.get()
        if failure is None:
            through.set_result(None)
            self.taken.append(message)
        else:
            through.set_exception(failure)
        return message

    async def offered(self) -> None:
        """Until the server has been given a message, without taking it."""
        async with asyncio.timeout(WITHIN_S):
            given = await self._offered.get()
        self._offered.put_nowait(given)

    def nothing_waits(self) -> bool:
        return self._offered.empty() and self.under_way == 0


async def idle(outbox: SendOutbox) -> None:
    """Until no task of this outbox is left."""
    sending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if sending:
        done, pending = await asyncio.wait(sending, timeout=WITHIN_S)
        assert not pending
        assert len(done) == len(sending)
    assert outbox.buffered_bytes == 0


def text(words: str) -> PreparedFrame:
    return PreparedFrame(words.encode(), is_text=True)


def binary(payload_bytes: int) -> PreparedFrame:
    return PreparedFrame(b"." * payload_bytes, is_text=False)


async def test_hb1_text_binary_and_joined_frames_are_sent_as_separate_messages_in_order() -> None:
    """HB1. Given an outbox, when text, binary and joined frames are written, then `send` gets them one by one."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(text("é"))
    outbox.write(JoinedFrames([PreparedFrame(b"\x00\xff", is_text=False), text("trois")]))
    assert [await server.take() for _ in range(3)] == [
        {"type": "websocket.send", "text": "é"},
        {"type": "websocket.send", "bytes": b"\x00\xff"},
        {"type": "websocket.send", "text": "trois"},
    ]
    await idle(outbox)


async def test_an_idle_outbox_costs_no_task() -> None:
    """Given an outbox, before, between and after its writes, then it has a task only while something waits."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    alone = asyncio.all_tasks()
    for _ in range(2):
        outbox.write(text("once"))
        outbox.write(text("twice"))
        assert len(asyncio.all_tasks()) == len(alone) + 1
        await server.take()
        await server.take()
        await idle(outbox)
        assert asyncio.all_tasks() == alone


async def test_hb3_bytes_are_counted_until_the_server_has_taken_them() -> None:
    """HB3. Given two frames, one with the server and one that waits, when each is taken, then it counts no longer."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    first, second = binary(200), binary(300)
    outbox.write(first)
    outbox.write(second)
    assert outbox.buffered_bytes == len(first.wire) + len(second.wire)
    await server.take()
    await server.offered()
    assert outbox.buffered_bytes == len(second.wire)
    await server.take()
    await idle(outbox)


async def test_hb3_draining_is_told_once_for_each_time_of_congestion() -> None:
    """HB3. Given an outbox that goes above the high mark, when it is down to the low one, then that is told, once;
    one that never was above is told of nothing."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    drained_at: list[int] = []
    outbox.on_drain(lambda: drained_at.append(outbox.buffered_bytes))
    outbox.write(binary(900))
    await server.take()
    await idle(outbox)
    assert drained_at == []
    for times in (1, 2):
        for _ in range(6):
            outbox.write(binary(198))  # 202 bytes on the wire
        for left in (1_010, 808, 606, 404):
            await server.take()
            await server.offered()
            assert outbox.buffered_bytes == left
            assert len(drained_at) == times - 1
        await server.take()
        await server.offered()
        assert drained_at == [202] * times
        await server.take()
        await idle(outbox)
        assert drained_at == [202] * times


async def test_hb3_what_the_drain_writes_is_sent_too() -> None:
    """HB3. Given somebody who writes when told of the drain, as the hub does, then that frame goes out as well."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.on_drain(lambda: outbox.write(text("caught up")))
    outbox.write(binary(1_500))
    await server.take()
    assert await server.take() == {"type": "websocket.send", "text": "caught up"}
    await idle(outbox)


async def test_hb3_the_second_callback_takes_the_first_ones_place() -> None:
    """HB3. Given two callbacks set one after the other, when the outbox drains, then the second alone is called."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    told: list[str] = []
    outbox.on_drain(lambda: told.append("first"))
    outbox.on_drain(lambda: told.append("second"))
    outbox.write(binary(1_500))
    await server.take()
    await idle(outbox)
    assert told == ["second"]


async def test_hb3_a_frame_of_any_size_goes_to_a_socket_that_reads() -> None:
    """HB3. Given an outbox that is not congested, when a snapshot above `max_bytes` is written, then it is sent."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(binary(10 * LIMITS.max_bytes))
    assert not outbox.closed
    assert len((await server.take())["bytes"]) == 10 * LIMITS.max_bytes
    await idle(outbox)


async def test_hb3_beyond_the_limit_it_closes_with_a_resumable_code_behind_what_waits() -> None:
    """HB3. Given a congested outbox, when a frame would go beyond `max_bytes`, then that frame is not sent, the rest
    is, and the close follows with the number and name of `slow`."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(binary(3_000))
    assert not outbox.closed
    outbox.write(binary(1_000))
    assert outbox.closed
    assert len((await server.take())["bytes"]) == 3_000
    assert await server.take() == {"type": "websocket.close", "code": 4000, "reason": "slow"}
    await idle(outbox)


async def test_hb9_a_close_follows_what_was_written_and_nothing_follows_it() -> None:
    """HB9. Given frames that wait, when the outbox is closed, written to and closed again, then `send` gets the frames,
    one close with the first code, and nothing more; a drain is no longer told."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    told: list[str] = []
    outbox.on_drain(lambda: told.append("drained"))
    outbox.write(binary(1_500))
    outbox.close(4001, "draining")
    assert outbox.closed
    outbox.write(text("after"))
    outbox.close(4002)
    assert (await server.take())["type"] == "websocket.send"
    assert await server.take() == {"type": "websocket.close", "code": 4001, "reason": "draining"}
    await idle(outbox)
    assert server.nothing_waits()
    assert told == []


async def test_hb3_an_abort_throws_away_what_waits() -> None:
    """HB3. Given frames that wait behind one the server does not take, when the outbox is aborted, then the send under
    way is given up, nothing more is sent, no close either, and nothing is held."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(text("one"))
    outbox.write(text("two"))
    await server.offered()
    outbox.abort()
    assert outbox.closed
    assert outbox.buffered_bytes == 0
    await idle(outbox)
    assert server.under_way == 0
    assert server.taken == []
    outbox.abort()
    outbox.write(text("three"))
    outbox.close(4001)
    assert outbox.buffered_bytes == 0
    assert len(asyncio.all_tasks()) == 1


async def test_hb3_an_abort_with_nothing_under_way_closes_for_good() -> None:
    """HB3. Given an outbox with nothing to send, when it is aborted, then it is closed, and `send` hears nothing."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.abort()
    outbox.write(text("into the void"))
    await idle(outbox)
    assert outbox.closed
    assert server.nothing_waits()


async def test_hb3_a_lost_peer_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """HB3. Given a server that says by an `OSError` that the peer is gone (ASGI 2.4), then the outbox is closed, holds
    nothing, raises nothing, and that is no news for the log."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(text("one"))
    outbox.write(text("two"))
    await server.take(OSError("gone"))
    await idle(outbox)
    assert outbox.closed
    assert server.nothing_waits()
    outbox.write(text("three"))
    assert outbox.buffered_bytes == 0
    assert caplog.records == []


async def test_a_message_the_server_refuses_is_logged_and_ends_the_outbox(caplog: pytest.LogCaptureFixture) -> None:
    """Given a server that fails on a message, then the outbox is closed, holds nothing, and the log says why."""
    server = Server()
    outbox = SendOutbox(server.send, LIMITS)
    outbox.write(text("one"))
    outbox.write(text("two"))
    with caplog.at_level(logging.ERROR, logger="rebond.hub.outbox"):
        await server.take(RuntimeError("not in this state"))
        await idle(outbox)
    assert outbox.closed
    assert server.nothing_waits()
    [record] = caplog.records
    assert record.exc_info is not None
    assert "not in this state" in str(record.exc_info[1])
