"""The one composition root: log, hub and edge put together from a configuration, opened and closed in order."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self

from rebond import log as logs
from rebond.config import SECRET_CHARS_MIN, UNREADABLE_ADDRESS, Config
from rebond.domain.templates import Template, read_template
from rebond.hub.clock import SystemClock
from rebond.hub.hub import Hub
from rebond.hub.meters import Meters
from rebond.log.redis import RedisLog
from rebond.log.sqlite import SqliteLog
from rebond.web import pages, server, workers
from rebond.web.auth import Tokens
from rebond.web.brand import NO_BRAND, BadBrand, Brand, branded, read_brand_file
from rebond.web.http import HttpEdge
from rebond.web.websocket import WebSocketEdge
from rebond_protocol.limits import MESSAGE_BYTES

logger = logging.getLogger(__name__)

SECRET_FILE = "secret.key"
SWITCH_S = 0.0005
"""How long the log's writer waits for the interpreter while the loop is busy. Python's own 5 ms would be added to every
append under load: twice what the disk takes."""
ANSWER_WITHIN_S = 1.5
"""How long a log that others keep may take over a probe when this process leaves, which then goes without it."""
CLOSE_WITHIN_S = 15.0
"""How long putting boards away may take, and closing the log. With a log that answers it takes milliseconds."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """The ASGI application: sockets go straight to their edge, the rest to Starlette, the lifespan to log and hub.

    `failure` holds why the startup failed, once it has. `worker` is the number of this process among those of its node.
    Raises `StartFailed` for what can be told before the log is opened.
    """

    def __init__(self, config: Config, worker: int = 1) -> None:
        self.failure: Exception | None = None
        self._config = config
        self._worker = worker
        self._templates = templates(config.data)
        self._brand = the_brand(config.brand)
        self._log = the_log(config)
        self.hub = Hub(self._log, SystemClock(), config.hub, Meters())
        self._leaving_log: asyncio.Future[Any] | None = None
        self._sockets = self._http = _not_open

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """ASGI 3. Gives the edge's coroutine as it is: one frame fewer to keep for every open socket."""
        if scope["type"] == "websocket":
            return self._sockets(scope, receive, send)
        if scope["type"] == "http":
            return self._http(scope, receive, send)
        return self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._open()
        except Exception as error:
            self.failure = error
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        await self._log.open()
        try:
            await self._say_what_is_lacking()
            tokens = Tokens(await the_secret(self._config, self._log))
        except BaseException:
            await self._log.close()
            raise
        edge = HttpEdge(self.hub, tokens, self._templates, self._config.web, self._worker, self._brand)
        self._sockets = WebSocketEdge(self.hub, tokens, self._config.web)
        self._http = pages.secured(edge.application())
        self.hub.start()

    async def _say_what_is_lacking(self) -> None:
        """Replicas may come back after this node: it shows what there is, and is not ready until then (HB8)."""
        if isinstance(self._log, RedisLog):
            try:
                await self._log.check_replicas()
            except logs.LogUnavailable as lacking:
                logger.error("%s Until then nothing is acknowledged, and this node is not ready.", lacking)

    async def drain(self) -> None:
        """HB7: everybody is told to come back later; where the log is away, whoever still waits for it is told, too."""
        await self.hub.drain()
        await self._leave_a_silent_log()

    async def _leave_a_silent_log(self) -> None:
        """What is under way with a log that does not answer ends here: nobody was told that it is kept, and whoever
        sent it says it again at another node, or here later, and is answered as before (LG4)."""
        if self._leaving_log is None and self._log.shared and not await self._log_answers():
            logger.warning("Leaving without the log, which does not answer. What was acknowledged is in it.")
            # Apart, each would wait for the other; cut short with the drain, they would, too.
            self._leaving_log = asyncio.gather(self.hub.stop(), self._log.close())
        if self._leaving_log is not None:
            await asyncio.shield(self._leaving_log)

    async def _log_answers(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._log.probe()
        except (TimeoutError, logs.ProbeFailed):
            return False
        return True

    async def _close(self) -> None:
        """What is not put away in time costs the next start some reading, and nothing else: what was acknowledged is
        in the log."""
        for step in (self._leave_a_silent_log, self.hub.stop, self._log.close):
            try:
                async with asyncio.timeout(CLOSE_WITHIN_S):
                    await step()
            except TimeoutError:
                logger.warning("Leaving before everything was put away: the log does not answer.")


class StartFailed(Exception):
    """The server could not start; the text is one sentence that says why and what to do."""

    @classmethod
    def by_system(cls, error: OSError) -> Self:
        """What the system refused, in its words, without the number and the path."""
        return cls(f"Cannot start: {error.strerror or error}. Check --host, --port and --data.")


# -- serving -----------------------------------------------------------------------------------------------------------


def serve(config: Config, on_ready: Callable[[int], None]) -> None:
    """Serve until a signal asks to leave; `on_ready` is told the port. Raises `StartFailed`, `PortInUse`."""
    settings = _edge_settings(config, config.port)
    listener = server.bind(settings)
    with contextlib.closing(listener):
        if config.workers == 1:
            _serve_here(config, listener, on_ready)
            return
        port: int = listener.getsockname()[1]
        leave_within_s = settings.drain_ms / 1000 + settings.shutdown_s + ANSWER_WITHIN_S + 2 * CLOSE_WITHIN_S
        supervisor = workers.Supervisor(
            config.workers,
            lambda place: _serve_as_worker(config, listener, place),
            on_ready=lambda: on_ready(port),
            leave_within_s=leave_within_s,
        )
        try:
            supervisor.run()
        except workers.WorkersFailed as failure:
            raise StartFailed(str(failure)) from None


def _serve_as_worker(config: Config, listener: socket.socket, place: workers.Place) -> None:
    try:
        _serve_here(config, listener, lambda port: place.ready(), place)
    except (StartFailed, server.PortInUse) as failure:
        place.failed(str(failure))
    except OSError as error:
        if place.is_ready:
            raise
        place.failed(str(StartFailed.by_system(error)))


def _serve_here(
    config: Config, listener: socket.socket, on_ready: Callable[[int], None], place: workers.Place | None = None
) -> None:
    """Serve in this process, which is the only one, or has this place among the workers."""
    number = 1 if place is None else place.number
    sockets = [listener]
    if config.worker_port is not None:
        sockets.append(server.bind(_edge_settings(config, config.worker_port + number - 1)))
    app = Application(config, number)
    sys.setswitchinterval(SWITCH_S)
    try:
        server.serve(
            app,
            _edge_settings(config, config.port),
            sockets,
            drain=app.drain,
            on_ready=on_ready,
            leash=None if place is None else place.leash,
        )
    except SystemExit:
        if isinstance(app.failure, logs.LogError):
            raise StartFailed(str(app.failure)) from None
        raise app.failure or StartFailed("The server could not start.") from None


def _edge_settings(config: Config, port: int) -> server.ServerSettings:
    beat_s = config.hub.beat_ms / 1000
    return server.ServerSettings(
        host=config.host,
        port=port,
        max_message_bytes=MESSAGE_BYTES,
        ping_interval_s=beat_s,
        ping_timeout_s=beat_s,
        trusted_proxies=config.trusted_proxies,
        drain_ms=config.drain_ms,
        compresses=config.web.compression == "on",
        log_level="critical" if not logger.isEnabledFor(logging.DEBUG) else "warning",
    )


# -- what is put together ----------------------------------------------------------------------------------------------


async def _not_open(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the application is asked before its startup is complete")


def the_log(config: Config) -> logs.Log:
    """Where the boards are, not open yet. Raises `StartFailed` for a folder or an address that is none."""
    if config.redis is None:
        try:
            config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError:
            raise StartFailed(
                f"{config.data} is a file, and boards are kept in a folder. Choose another with --data."
            ) from None
        return SqliteLog(config.data, config.durability)
    settings = config.redis.settings
    try:
        return RedisLog(
            config.redis.url,
            config.durability,
            replicas=config.redis.replicas,
            prefix=settings.redis_prefix,
            command_timeout_s=settings.redis_command_ms / 1000,
            settle_timeout_s=settings.redis_settle_ms / 1000,
            replica_timeout_s=settings.redis_replica_ms / 1000,
            probe_timeout_s=settings.redis_probe_ms / 1000,
            check_ms=settings.redis_check_ms,
        )
    except ValueError:  # its words may have parts of the address in them, and so of a password
        raise StartFailed(UNREADABLE_ADDRESS) from None


async def the_secret(config: Config, log: logs.Log) -> str:
    """What signs tokens: the operator's, else the one that is kept where the boards are, made at the first start."""
    if config.secret is not None:
        return config.secret
    if isinstance(log, RedisLog):
        return await log.agreed_secret(fresh_secret())
    return kept_secret(config.data)


def fresh_secret() -> str:
    """A secret nobody has seen."""
    return secrets.token_urlsafe(48)


def kept_secret(data: Path, draft: str | None = None) -> str:
    """The secret of this data folder, made at the first start, or of this draft, readable by its owner alone.

    It appears whole or not at all: an empty one, after a crash in the wrong moment, would sign what anybody can forge.
    Raises `StartFailed` for a file that is too short to be one.
    """
    path = data / SECRET_FILE
    if not path.exists():
        written = data / f".{SECRET_FILE}.{os.getpid()}"
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write((draft or fresh_secret()) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret is the one
            os.link(written, path)
        written.unlink()
    secret = path.read_text().strip()
    if len(secret) < SECRET_CHARS_MIN:
        raise StartFailed(f"{path} is too short to be a secret. Delete it, and hand out new links afterwards.")
    return secret


def built_in() -> list[Traversable]:
    """The files of the templates that come with Rebond, by their names."""
    files = resources.files("rebond").joinpath("templates").iterdir()
    return sorted((file for file in files if file.name.endswith(".json")), key=lambda file: file.name)


def templates(data: Path) -> dict[str, Template]:
    """The templates that come with Rebond and, from the data folder's `templates/`, the organisation's own.

    Raises `StartFailed` for a file that is none: a board made from half a template would surprise a whole room.
    """
    own = sorted((data / "templates").glob("*.json"))
    found: dict[str, Template] = {}
    for file in [*built_in(), *own]:
        try:
            template = read_template(file.read_bytes())
        except ValueError as error:
            raise StartFailed(f"{file.name}: {error}") from None
        found[template.name] = template
    return found


def the_brand(path: Path | None) -> Brand:
    """How the organisation looks whose server this is. Raises `StartFailed` for what cannot be read, or seen."""
    if path is None:
        return NO_BRAND
    try:
        file = read_brand_file(path.read_bytes(), is_toml=path.suffix.lower() == ".toml")
        return branded(file, (path.parent / file.logo).read_bytes() if file.logo is not None else None)
    except BadBrand as error:
        raise StartFailed(f"{path.name}: {error}") from None
    except (OSError, ValueError) as error:
        named = error.filename if isinstance(error, OSError) and error.filename else path
        raise StartFailed(f"{named} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
