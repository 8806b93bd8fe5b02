"""Decoding of untrusted images in limited child processes that are kept for many images.

    with DecoderPool(workers=2) as pool:
        renditions = pool.decode(data)

A file that exhausts memory or time, or crashes the decoder, ends one child: the image is refused with a reason,
the next image gets a fresh child, and the parent never decodes a pixel itself.
"""

import hashlib
import queue
import signal
from types import TracebackType
from typing import Self

from rubrica.imaging.child import Child, ChildDiedError, ChildTimeoutError, DecoderUnavailableError
from rubrica.imaging.facts import Facts, Note, Renditions
from rubrica.imaging.framing import BadAnswerError, read_answer
from rubrica.imaging.headers import check_bytes
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

__all__ = [
    "DecoderPool",
    "DecoderUnavailableError",
    "Facts",
    "ImageRefusedError",
    "Limits",
    "Note",
    "RefusalCode",
    "Renditions",
]

IMAGES_PER_CHILD = 1_000
"""A child is replaced after this many images: its heap fragments, and a subverted one should not live on."""

_RETRIES_WHEN_KILLED = 1
_FROM_OUTSIDE = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT})
"""Ends that no image can cause by itself, except by making the whole machine run out of memory."""


class PoolClosedError(RuntimeError):
    """The pool was closed; make a new one."""


class DecoderPool:
    """A fixed number of decoder processes, safe to use from many threads.

    Parameters
    ----------
    workers
        Number of processes, and so of images decoded at once; further callers wait.  Processes start when
        they are first needed.
    limits
        Limits for each image; the defaults suit photographs up to 100 megapixels.

    Raises
    ------
    ValueError
        ``workers`` is below 1.
    """

    def __init__(self, workers: int = 1, limits: Limits | None = None) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self.limits = limits or Limits()
        self._workers = workers
        self._closed = False
        self._slots: queue.LifoQueue[_Slot] = queue.LifoQueue()  # the last one used is warm
        self._all = [_Slot(self.limits) for _ in range(workers)]
        for slot in self._all:
            self._slots.put(slot)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def decode(self, data: bytes) -> Renditions:
        """Decode one image and return its facts and renditions.

        Parameters
        ----------
        data
            The whole file.

        Returns
        -------
        Renditions
            Facts and re-encoded copies.

        Raises
        ------
        ImageRefusedError
            The image cannot be shown; code and message say why and what to do.
        PoolClosedError
            The pool was closed.
        DecoderUnavailableError
            No decoder process can be started on this machine: stop the import, the image is not at fault.
        """
        check_bytes(data, self.limits)
        slot = self._take()
        try:
            return slot.decode(data)
        finally:
            self._slots.put(slot)

    def process_ids(self) -> tuple[int, ...]:
        """Return the ids of the processes that are running now, for monitoring."""
        return tuple(slot.child.process_id for slot in self._all if slot.child and slot.child.is_running())

    def close(self) -> None:
        """Wait for the images under way, then end all processes.  May be called twice."""
        self._closed = True
        for _ in range(self._workers):
            self._slots.get().end_child()
        for slot in self._all:
            self._slots.put(slot)

    def _take(self) -> "_Slot":
        slot = self._slots.get()
        if self._closed:
            self._slots.put(slot)
            raise PoolClosedError("the decoder pool is closed")
        return slot


class _Slot:
    """A place for one child, which is started when needed and replaced when spent."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.child: Child | None = None

    def decode(self, data: bytes) -> Renditions:
        for attempt in range(_RETRIES_WHEN_KILLED + 1):
            try:
                return self._decode_once(data)
            except ChildDiedError as death:
                # Somebody else ended it: the image may be blameless, so it gets one more child.
                if death.status not in _FROM_OUTSIDE or attempt == _RETRIES_WHEN_KILLED:
                    raise self._refusal(death.status) from None
        raise AssertionError("unreachable: the last attempt returns or raises")

    def end_child(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child = None

    def _decode_once(self, data: bytes) -> Renditions:
        child = self._ready_child()
        healthy = False
        try:
            answer, blobs = child.exchange(data)
            renditions = read_answer(answer, blobs, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
            healthy = True
        except ImageRefusedError as refusal:
            healthy = refusal.code is not RefusalCode.MEMORY_LIMIT  # its heap is full of holes
            raise
        except ChildTimeoutError:
            raise self._timeout() from None
        except BadAnswerError:
            raise _crashed() from None
        finally:
            if not healthy:
                self.end_child()
        return renditions

    def _ready_child(self) -> Child:
        if self.child is not None and (self.child.images >= IMAGES_PER_CHILD or not self.child.is_running()):
            self.end_child()
        if self.child is None:
            self.child = Child(self.limits)
        return self.child

    def _timeout(self) -> ImageRefusedError:
        return ImageRefusedError(
            RefusalCode.TIME_LIMIT,
            f"Decoding took longer than {self.limits.wall_seconds:g} seconds. Try again when the server is less "
            "busy; if it happens again, save the image anew as an ordinary JPEG or PNG.",
        )

    def _refusal(self, status: int) -> ImageRefusedError:
        if status == -signal.SIGXCPU:
            return ImageRefusedError(
                RefusalCode.CPU_LIMIT,
                f"Decoding took more than {self.limits.cpu_seconds} seconds of processor time, as files built to "
                "block servers do. Save the image anew as an ordinary JPEG or PNG.",
            )
        if status in _FROM_OUTSIDE:
            return ImageRefusedError(
                RefusalCode.DECODER_KILLED,
                "The decoder was ended from outside twice, as happens when the server runs out of memory. "
                "Try again later or scale the image down.",
            )
        return _crashed()


def _crashed() -> ImageRefusedError:
    return ImageRefusedError(
        RefusalCode.DECODER_CRASHED,
        "The decoder crashed on this file, as damaged or hostile files can make it. Save the image anew.",
    )
