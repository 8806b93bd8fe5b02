"""The child's own steps, run here where they can be seen; what the kernel enforces is in test_limits_hold."""

import io

import pytest

from rubrica.imaging import worker
from rubrica.imaging.framing import LENGTH, read_answer, unpack
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode
from tests.imaging.makers import encoded, texture

DATA = encoded(texture(), "PNG")


def answer(data, limits):
    stream = io.BytesIO()
    worker._answer(stream, data, limits)
    stream.seek(0)
    document, lengths = unpack(stream.read(LENGTH.unpack(stream.read(LENGTH.size))[0]))
    blobs = [stream.read(length) for length in lengths]
    assert stream.read() == b""
    return read_answer(document, blobs, sha256="", size=0)


def test_an_image_is_answered_with_its_renditions():
    assert answer(DATA, Limits()).facts.width == 256


def test_a_refusal_is_an_answer_too():
    with pytest.raises(ImageRefusedError) as refusal:
        answer(DATA, Limits(max_pixels=10))
    assert refusal.value.code is RefusalCode.TOO_MANY_PIXELS


def test_running_out_of_memory_is_an_answer_too(monkeypatch):
    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr(worker, "inspect", exhausted)
    with pytest.raises(ImageRefusedError) as refusal:
        answer(DATA, Limits())
    assert refusal.value.code is RefusalCode.MEMORY_LIMIT


def test_every_format_is_tried_before_the_limits_fall():
    worker._warm_up(Limits())
