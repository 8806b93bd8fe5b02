"""The parent believes nothing that a child says without looking at it."""

import json

import pytest
from PIL import Image

from rubrica.imaging.facts import Note
from rubrica.imaging.framing import BadAnswerError, pack_refusal, pack_renditions, read_answer, unpack
from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.refusals import ImageRefusedError, RefusalCode
from tests.imaging.makers import encoded, texture

DATA = encoded(texture(), "PNG")
RENDITIONS = inspect(DATA, Limits())


def received(document):
    answer, _ = unpack(document)
    return answer


def read(answer, blobs):
    return read_answer(answer, blobs, sha256=RENDITIONS.facts.sha256, size=len(DATA))


def test_renditions_survive_the_way():
    document, blobs = pack_renditions(RENDITIONS)
    assert unpack(document)[1] == [len(blob) for blob in blobs]
    assert read(received(document), blobs) == RENDITIONS


def test_a_refusal_survives_the_way():
    document, blobs = pack_refusal(ImageRefusedError(RefusalCode.DAMAGED, "It is broken. Mend it."))
    with pytest.raises(ImageRefusedError, match="Mend it") as refusal:
        read(received(document), blobs)
    assert refusal.value.code is RefusalCode.DAMAGED


def test_a_pyramid_survives_the_way():
    large = inspect(encoded(Image.new("RGB", (9_000, 20)), "PNG"), Limits())
    document, blobs = pack_renditions(large)
    assert read_answer(received(document), blobs, sha256=large.facts.sha256, size=large.facts.bytes) == large
    assert large.pyramid is not None


def test_the_hash_is_the_parents_own():
    document, blobs = pack_renditions(RENDITIONS)
    told = read_answer(received(document), blobs, sha256="mine", size=7)
    assert (told.facts.sha256, told.facts.bytes) == ("mine", 7)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"lengths": 3}',
        b'{"lengths": [1, 2, 3, 4, 5, 6]}',
        b'{"lengths": [-1]}',
        b'{"lengths": [true]}',
    ],
)
def test_a_document_of_another_form_is_refused(document):
    with pytest.raises(BadAnswerError):
        unpack(document)


FACTS = {
    "width": [0, -1, 1.5, True, "7", None],
    "orientation": [0, None],
    "frames": [0],
    "sharpness": [-1.0, 3, None, "x", float("inf"), float("nan")],
    "clipped": [None],
    "mode": ["", "x" * 17, "\u00e9", 4],
    "fingerprint": [None],
    "notes": [None, "x", ["no such note"], [3]],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in FACTS.items() for value in values])
def test_a_fact_of_another_form_is_refused(name, value):
    document, blobs = pack_renditions(RENDITIONS)
    answer = received(document)
    answer["facts"][name] = value
    with pytest.raises(BadAnswerError):
        read(answer, blobs)


@pytest.mark.parametrize(
    ("name", "value"),
    [("facts", None), ("view_type", "text/html"), ("view_type", 4), ("view_width", 0), ("view_height", None)],
)
def test_an_answer_of_another_form_is_refused(name, value):
    document, blobs = pack_renditions(RENDITIONS)
    with pytest.raises(BadAnswerError):
        read(received(document) | {name: value}, blobs)


def test_a_view_that_is_not_what_its_type_says_is_refused():
    document, (view, thumbnail, sample, descriptor) = pack_renditions(RENDITIONS)
    zeros = bytes(len(descriptor))
    for blobs in (
        [b"<html>", thumbnail, sample, descriptor],
        [view, b"<html>", sample, descriptor],
        [view, thumbnail, sample[1:], descriptor],
        [view, thumbnail, sample, descriptor[2:]],
        [view, thumbnail, sample, zeros],
        [view, thumbnail, sample],
        [],
    ):
        with pytest.raises(BadAnswerError):
            read(received(document), blobs)


@pytest.mark.parametrize("answer", [{"refused": "whatever", "message": "x"}, {"refused": 3}, {"refused": "damaged"}])
def test_a_refusal_of_another_form_is_refused(answer):
    with pytest.raises(BadAnswerError):
        read(json.loads(json.dumps(answer)), [])


def test_notes_keep_their_names():
    assert {note.value for note in Note} == {
        "first-frame-of-animation",
        "orientation-applied",
        "transparency-on-grey",
        "colour-profile-converted",
        "colour-profile-ignored",
        "cmyk-converted",
        "depth-reduced-to-8-bit",
        "metadata-unreadable",
    }
