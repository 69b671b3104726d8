"""Several processes behind one listening socket, and the one that looks after them.

The parent forks and waits: it serves nothing, opens no log, runs no loop and no thread, so forking is safe at any time.
All workers accept from the socket they inherit: a connection that arrives while one of them dies is taken by another,
where a socket each (SO_REUSEPORT) would be reset. They hold the reading end of a pipe, their *leash*. When the parent
lets go of the other end, because it was asked to leave or because it was killed, each of them leaves in order. A signal
that reaches the whole group as well (a terminal's Ctrl-C, systemd's stop), before or after, therefore means the same
again; when the parent is asked again, it says « hurry » by a signal of its own.
Nothing here knows boards.
"""

import contextlib
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

logger = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)
HURRY = signal.SIGUSR1
"""What a parent that was asked again sends its workers: a signal that nobody sends to all of them from outside."""
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 30.0
SETTLED_S = 60.0
"""A worker that lived so long had not failed to start: the next one is started soon again."""
REPORT_BYTES = 4_096
READY = b"ready"


class WorkersFailed(Exception):
    """The workers could not start; the text is one sentence that says why."""


class Place:
    """What a worker has of its parent: its number, a way to report, and the leash."""

    def __init__(self, number: int, leash: int, report: int) -> None:
        self.number = number
        """From 1 to the number of workers; the one that takes a dead worker's place has the same."""
        self.leash = leash
        """Reads end-of-file when the worker has to leave."""
        self._report = report
        self.is_ready = False
        """Whether `ready` was said: what fails from then on is no failed start."""

    def ready(self) -> None:
        """Say that connections are served."""
        self.is_ready = True
        self._say(READY)

    def failed(self, sentence: str) -> None:
        """Say why this worker cannot start."""
        self._say(sentence.encode()[:REPORT_BYTES])

    def _say(self, word: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):  # the parent is gone; the leash says so too
            os.write(self._report, word)


@dataclass
class _Worker:
    number: int
    pid: int
    report: int
    started_s: float
    said: bytes | None = None
    """Its report; empty where it ended without one."""

    @property
    def ready(self) -> bool:
        return self.said == READY


class Supervisor:
    """`count` workers, each running `work` in a process of its own, until a signal asks to leave.

    `work` returns when the worker has left; SIGTERM and SIGINT reach it as in any process, and `HURRY` when the parent
    was asked again. `on_ready` is called once, when all of them serve. A worker that ends by itself is started again,
    later each time. Whoever has not left `leave_within_s` after being asked is killed.
    """

    def __init__(
        self, count: int, work: Callable[[Place], None], *, on_ready: Callable[[], None], leave_within_s: float
    ) -> None:
        self._count = count
        self._work = work
        self._on_ready = on_ready
        self._leave_within_s = leave_within_s
        self._workers: dict[int, _Worker] = {}
        self._due_s: dict[int, float] = {}
        self._retry_s: dict[int, float] = {}
        self._announced = False
        self._failure: str | None = None
        self._leave_before_s: float | None = None
        self._leash, self._hand = os.pipe()

    def run(self) -> None:
        """Start them and look after them. Raises `WorkersFailed` if one could not start before all had been ready."""
        with _hearing() as ear:
            self._due_s = dict.fromkeys(range(1, self._count + 1), 0.0)
            self._start_who_is_due()
            while self._workers or (self._due_s and self._leave_before_s is None):
                self._wait(ear)
                self._reap()
                self._start_who_is_due()
        os.close(self._leash)
        if self._failure is not None:
            raise WorkersFailed(self._failure)

    # -- starting --------------------------------------------------------------------------------------------------

    def _start_who_is_due(self) -> None:
        now_s = time.monotonic()
        for number in [number for number, due_s in self._due_s.items() if due_s <= now_s]:
            if self._leave_before_s is not None:  # also because the one before could not be started
                return
            del self._due_s[number]
            self._start(number)

    def _start(self, number: int) -> None:
        try:
            hear, say = os.pipe()
        except OSError as error:
            self._cannot_start(number, error)
            return
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal between the fork and the child's own handlers would be heard by the parent as one of its own.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            pid = os.fork()
            if pid == 0:
                self._be_worker(Place(number, self._leash, say), hear)
        except OSError as error:
            os.close(hear)
            self._cannot_start(number, error)
            return
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            os.close(say)
        self._workers[number] = _Worker(number, pid, hear, time.monotonic())

    def _cannot_start(self, number: int, error: OSError) -> None:
        """No memory, no process number, no file: there may be later."""
        self._failed(number, f"Worker {number} cannot be started: {error.strerror}.")

    def _be_worker(self, place: Place, hear: int) -> None:
        """Run the work and end the process; never returns into the parent's code."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in SIGNALS:
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
            for descriptor in (hear, self._hand, *(worker.report for worker in self._workers.values())):
                os.close(descriptor)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self._work(place)
            status = 0
        except Exception:
            logger.exception("worker %d failed", place.number)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    # -- looking after them ----------------------------------------------------------------------------------------

    def _wait(self, ear: socket.socket) -> None:
        """Until a signal, a report, or the next thing that is due."""
        due_s = self._due_s.values() if self._leave_before_s is None else (self._leave_before_s,)
        timeout_s = max(0.0, min(due_s) - time.monotonic()) if due_s else None
        silent = [worker for worker in self._workers.values() if worker.said is None]
        heard, _, _ = select.select([ear, *(worker.report for worker in silent)], [], [], timeout_s)
        if ear in heard:
            self._obey(ear.recv(256))
        for worker in silent:
            if worker.report in heard:
                self._listen(worker)
        if self._leave_before_s is not None and time.monotonic() > self._leave_before_s:
            self._kill_the_rest()

    def _listen(self, worker: _Worker) -> None:
        worker.said = os.read(worker.report, REPORT_BYTES)
        if (
            not self._announced
            and len(self._workers) == self._count
            and all(one.ready for one in self._workers.values())
        ):
            self._announced = True
            self._on_ready()

    def _reap(self) -> None:
        for worker in list(self._workers.values()):
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                self._ended(worker, os.waitstatus_to_exitcode(status))

    def _ended(self, worker: _Worker, code: int) -> None:
        if worker.said is None:
            self._listen(worker)
        os.close(worker.report)
        del self._workers[worker.number]
        if self._leave_before_s is not None:
            return
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"left with status {code}"
        why = f"Worker {worker.number} (process {worker.pid}) {how}."
        if worker.said and not worker.ready:
            why = worker.said.decode(errors="replace")
        if time.monotonic() - worker.started_s > SETTLED_S:
            self._retry_s.pop(worker.number, None)
        self._failed(worker.number, why)

    def _failed(self, number: int, why: str) -> None:
        """Nobody is worker `number` now: the end of a start, but nothing to end a service for."""
        if not self._announced:
            self._failure = why
            self._leave()
            return
        retry_s = self._retry_s.get(number, FIRST_RETRY_S)
        self._retry_s[number] = min(LAST_RETRY_S, 2 * retry_s)
        self._due_s[number] = time.monotonic() + retry_s
        logger.error("%s It is started again in %g s.", why, retry_s)

    # -- leaving ---------------------------------------------------------------------------------------------------

    def _obey(self, signals: bytes) -> None:
        for number in signals:
            if number == signal.SIGCHLD:
                continue
            if self._leave_before_s is None:
                self._leave()
            else:
                for worker in self._workers.values():
                    os.kill(worker.pid, HURRY)

    def _leave(self) -> None:
        self._leave_before_s = time.monotonic() + self._leave_within_s
        os.close(self._hand)

    def _kill_the_rest(self) -> None:
        for worker in self._workers.values():
            logger.error("Worker %d (process %d) does not leave and is killed.", worker.number, worker.pid)
            os.kill(worker.pid, signal.SIGKILL)
        self._leave_before_s = time.monotonic() + self._leave_within_s


@contextlib.contextmanager
def _hearing() -> Generator[socket.socket]:
    """Signals as bytes in a socket, for as long as it is open: none is missed between a look and a wait."""
    ear, mouth = socket.socketpair()
    with ear, mouth:
        ear.setblocking(False)
        mouth.setblocking(False)
        earlier = {number: signal.signal(number, lambda number, frame: None) for number in SIGNALS}
        before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        try:
            yield ear
        finally:
            signal.set_wakeup_fd(before)
            for number, handler in earlier.items():
                signal.signal(number, handler or signal.SIG_DFL)
