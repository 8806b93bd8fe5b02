"""The child process that decodes hostile files: it may compute, and do nothing else.

Started by `rubrica.imaging.child` with an isolated interpreter and an empty environment.  Everything is
imported and used once before the limits fall; after that the process cannot open a file or a socket, start a
process, write a file, or outgrow its memory.  Each image gets its own share of processor time; what exceeds it
is ended by the kernel, and the parent starts a fresh child.
"""

import io
import json
import os
import resource
import sys
from typing import BinaryIO

from PIL import Image, MpoImagePlugin, TiffImagePlugin

from rubrica.imaging.framing import LENGTH, READY, pack_refusal, pack_renditions
from rubrica.imaging.headers import FORMATS
from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode

_IMPORTED_BY_PILLOW_WHEN_NEEDED = (MpoImagePlugin, TiffImagePlugin)
"""Named so that they are loaded now: once the limits are up no module can be read any more."""


def main() -> None:
    """Serve images from standard input until it closes."""
    limits = Limits(**json.loads(sys.argv[-1]))
    requests, answers = _own_streams()
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    _warm_up(limits)
    _confine(limits)
    answers.write(READY)
    answers.flush()
    while length := requests.read(LENGTH.size):
        _arm_cpu_limit(limits.cpu_seconds)
        _answer(answers, requests.read(LENGTH.unpack(length)[0]), limits)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes under numbers of our own: a library that prints must not garble the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return sys.stdin.buffer, answers


def _warm_up(limits: Limits) -> None:
    """Decode a tiny image of each format, so that whatever the libraries load lazily is loaded."""
    for name in FORMATS:
        tiny = io.BytesIO()
        Image.new("RGB", (16, 16), (200, 100, 50)).save(tiny, name)
        inspect(tiny.getvalue(), limits)


def _confine(limits: Limits) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)  # open pipes keep working; nothing new can be opened
    if sys.platform != "darwin":  # macOS refuses this limit; there the other ones must do
        _limit(resource.RLIMIT_AS, limits.address_space)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _arm_cpu_limit(seconds: int) -> None:
    """Allow this image its share on top of what the process has already used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds  # the kernel counts whole seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = until if hard == resource.RLIM_INFINITY else min(until, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _answer(answers: BinaryIO, data: bytes, limits: Limits) -> None:
    try:
        document, blobs = pack_renditions(inspect(data, limits))
    except ImageRefusedError as refusal:
        document, blobs = pack_refusal(refusal)
    except MemoryError:
        document, blobs = pack_refusal(
            ImageRefusedError(
                RefusalCode.MEMORY_LIMIT,
                "Preparing the image needs more memory than is set aside for one image. Scale it down.",
            )
        )
    answers.write(LENGTH.pack(len(document)))
    answers.write(document)
    answers.writelines(blobs)
    answers.flush()
