"""One limited child process as the parent sees it: start, send an image, take the answer, end."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import rubrica
from rubrica.imaging.framing import LENGTH, MAX_DOCUMENT_BYTES, READY, BadAnswerError, unpack
from rubrica.imaging.limits import Limits

_CHUNK = 1 << 20
_START_SECONDS = 60.0
"""A busy machine may need seconds to start an interpreter; a minute without a word means it never will."""

_END_SECONDS = 5.0
"""A child that closed its pipes has this long to be gone."""

_BOOTSTRAP = "import sys; sys.path.append(sys.argv[1]); from rubrica.imaging.worker import main; main()"
"""Isolated mode ignores PYTHONPATH and the current folder, so the place of our package is said explicitly."""

_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    # One thread a child: the pool is the parallelism, and BLAS threads reserve address space for nothing.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    # Blocks of pixels go back to the system with their image, while the rest of the heap is kept for the next one:
    # a tenth less processor time than without, and an idle child that stays small.
    "MALLOC_MMAP_THRESHOLD_": "8388608",
    "MALLOC_TRIM_THRESHOLD_": "25165824",
}
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Where some systems find the libraries Python itself needs; nothing else of the parent's environment goes in."""


class ChildError(Exception):
    """The exchange with the child did not come to an end."""


class ChildTimeoutError(ChildError):
    """The child did not answer in time."""


class ChildDiedError(ChildError):
    """The child is gone.

    Attributes
    ----------
    status
        Exit status; negative is the signal that ended it.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class DecoderUnavailableError(RuntimeError):
    """No decoder process can be started on this machine; no image is to blame."""


class Child:
    """A running decoder process; used by one thread at a time.

    Parameters
    ----------
    limits
        Limits the child puts on itself before it reads the first image.

    Raises
    ------
    DecoderUnavailableError
        The process could not be started.
    """

    def __init__(self, limits: Limits) -> None:
        self.images = 0
        self._wall_seconds = limits.wall_seconds
        self._max_answer_bytes = limits.address_space
        self._process = _start(limits)
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("pipes were asked for")
        self._pipes = (stdin, stdout)
        self._to_child, self._from_child = stdin.fileno(), stdout.fileno()
        os.set_blocking(self._to_child, False)
        os.set_blocking(self._from_child, False)
        self._await_ready()

    @property
    def process_id(self) -> int:
        """Process id, for monitoring."""
        return self._process.pid

    def exchange(self, data: bytes) -> tuple[dict[str, object], list[bytes]]:
        """Send an image and return the child's document and blobs.

        Parameters
        ----------
        data
            The whole file.

        Raises
        ------
        ChildTimeoutError
            No answer within the limits' ``wall_seconds``.
        ChildDiedError
            The process ended.
        BadAnswerError
            The answer is not of the agreed form.
        """
        deadline = time.monotonic() + self._wall_seconds
        self._send(LENGTH.pack(len(data)), deadline)
        self._send(data, deadline)
        length = LENGTH.unpack(self._receive(LENGTH.size, deadline))[0]
        if length > MAX_DOCUMENT_BYTES:
            raise BadAnswerError("document too long")
        document, lengths = unpack(self._receive(length, deadline))
        if sum(lengths) > self._max_answer_bytes:
            raise BadAnswerError("answer too long")
        self.images += 1
        return document, [self._receive(length, deadline) for length in lengths]

    def is_running(self) -> bool:
        """Return whether the process still lives."""
        return self._process.poll() is None

    def kill(self) -> int:
        """End the process for good and return its exit status."""
        self._process.kill()  # does nothing to one that has already ended
        for pipe in self._pipes:
            pipe.close()
        return self._process.wait()

    def _await_ready(self) -> None:
        try:
            ready = self._receive(len(READY), time.monotonic() + _START_SECONDS) == READY
        except ChildError:
            ready = False
        if not ready:
            raise DecoderUnavailableError(
                f"the decoder ended while starting (status {self.kill()}); "
                "check that Pillow and numpy can be imported by this Python, and how much memory it may use"
            )

    def _send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            self._await(self._to_child, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._to_child, rest[:_CHUNK]) :]
            except BrokenPipeError:
                raise self._died() from None

    def _receive(self, length: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < length:
            self._await(self._from_child, select.POLLIN, deadline)
            part = os.read(self._from_child, min(_CHUNK, length - len(received)))
            if not part:
                raise self._died()
            received += part
        return bytes(received)

    def _await(self, pipe: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1_000):
            raise ChildTimeoutError("no answer in time")

    def _died(self) -> ChildDiedError:
        """Return what ended the child; its pipes close a moment before its status is known."""
        try:
            return ChildDiedError(self._process.wait(timeout=_END_SECONDS))
        except subprocess.TimeoutExpired:  # it closed its pipes but lives on
            return ChildDiedError(self.kill())


def _start(limits: Limits) -> "subprocess.Popen[bytes]":
    home = str(Path(rubrica.__file__).parent.parent)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [sys.executable, "-I", "-B", "-c", _BOOTSTRAP, home, limits.as_json_text()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**_ENVIRONMENT, **kept},
            cwd="/",
            bufsize=0,
            start_new_session=True,  # a Ctrl-C in the terminal is for the parent to handle
        )
    except OSError as error:
        raise DecoderUnavailableError(f"the decoder could not be started: {error}") from error
