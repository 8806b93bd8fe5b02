"""What the pool promises: renditions or a reason, whatever the bytes are and whatever happens to the child."""

import array
import contextlib
import fcntl
import hashlib
import os
import signal
import termios
import threading

import pytest
from PIL import Image

from rubrica.imaging import child
from rubrica.imaging.decode import (
    DecoderPool,
    DecoderUnavailableError,
    ImageRefusedError,
    Limits,
    Note,
    PoolClosedError,
    RefusalCode,
)
from tests.imaging.bad_files import PLAIN, REFUSED
from tests.imaging.makers import (
    animated_gif,
    encoded,
    opened,
    quarters,
    scan_bomb,
    texture,
)

SMALL = encoded(quarters(), "PNG")
"""Fits into the pipe, so that it can be sent to a child that never reads."""
SLOW = scan_bomb(scans=2_500, side=3_000)  # seconds, also on a fast machine
"""Takes seconds of processor time when nothing stops it."""


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_a_reason_and_a_remedy(pool, case):
    data, code, words = REFUSED[case]
    with pytest.raises(ImageRefusedError) as refusal:
        pool.decode(data)
    assert refusal.value.code == code
    assert words in refusal.value.message
    assert refusal.value.message.count(". ") >= 1  # what was wrong, then what to do
    assert str(refusal.value) == refusal.value.message


def test_bad_files_do_not_cost_the_child_its_life(pool):
    pool.decode(PLAIN)
    before = pool.process_ids()
    for data, _, _ in REFUSED.values():
        with pytest.raises(ImageRefusedError):
            pool.decode(data)
    assert pool.decode(PLAIN).facts.width == 256
    assert pool.process_ids() == before


def test_a_file_above_the_byte_limit_is_refused_without_starting_a_child():
    with DecoderPool(limits=Limits(max_bytes=100)) as small:
        with pytest.raises(ImageRefusedError, match="at most 100 are allowed") as refusal:
            small.decode(PLAIN)
        assert refusal.value.code is RefusalCode.TOO_MANY_BYTES
        assert small.process_ids() == ()


def test_facts_describe_the_original(pool):
    facts = pool.decode(PLAIN).facts
    assert facts.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert (facts.format, facts.mode, facts.bytes, facts.frames) == ("PNG", "RGB", len(PLAIN), 1)
    assert (facts.width, facts.height, facts.original_width, facts.original_height) == (256, 192, 256, 192)
    assert (facts.orientation, facts.notes) == (1, ())
    assert facts.as_json()["fingerprint"] == facts.fingerprint


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_allowed_format_is_decoded(pool, form):
    renditions = pool.decode(encoded(texture(), form))
    assert renditions.facts.format == form
    assert opened(renditions.view).size == (256, 192)
    assert opened(renditions.thumbnail).format == "WEBP"


def test_an_animation_shows_its_first_frame_and_says_so(pool):
    renditions = pool.decode(animated_gif())
    assert renditions.facts.frames == 3
    assert renditions.facts.notes == (Note.FIRST_FRAME,)
    assert opened(renditions.view).convert("RGB").getpixel((5, 5))[0] > 200  # red, the first one


def test_the_same_bytes_give_the_same_renditions_in_any_child(pool):
    with DecoderPool(limits=Limits(cpu_seconds=9)) as other:
        assert other.decode(PLAIN) == pool.decode(PLAIN) == pool.decode(PLAIN)


def test_many_threads_share_a_few_children():
    images = [encoded(texture(64, 48, seed), "PNG") for seed in range(12)]
    results = {}
    with DecoderPool(workers=2) as shared:
        threads = [
            threading.Thread(target=lambda data=data: results.__setitem__(data, shared.decode(data))) for data in images
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(shared.process_ids()) <= 2
    assert {data: result.facts.sha256 for data, result in results.items()} == {
        data: hashlib.sha256(data).hexdigest() for data in images
    }


def test_a_pool_without_workers_makes_no_sense():
    with pytest.raises(ValueError, match="at least one worker"):
        DecoderPool(workers=0)


def test_a_closed_pool_says_so_and_leaves_no_process():
    with DecoderPool() as closed:
        closed.decode(PLAIN)
        (process,) = closed.process_ids()
    closed.close()
    with pytest.raises(PoolClosedError):
        closed.decode(PLAIN)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_child_is_replaced_after_its_share_of_images(monkeypatch):
    monkeypatch.setattr("rubrica.imaging.decode.IMAGES_PER_CHILD", 2)
    with DecoderPool() as short:
        ids = []
        for _ in range(4):
            short.decode(PLAIN)
            ids += short.process_ids()
    assert ids[0] == ids[1] != ids[2] == ids[3]


# --- A child that comes to grief -----------------------------------------------------------------------------


class Under:
    """A decode under way in a thread, its child known."""

    def __init__(self, pool, data):
        self.outcome = None
        self._thread = threading.Thread(target=self._run, args=(pool, data))
        self._thread.start()

    def _run(self, pool, data):
        try:
            self.outcome = pool.decode(data)
        except ImageRefusedError as refusal:
            self.outcome = refusal

    @property
    def is_running(self):
        return self._thread.is_alive()

    def result(self):
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()
        return self.outcome


def wait_until(condition):
    tick = threading.Event()
    for _ in range(6_000):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("it never happened")


def held_in_the_middle(pool):
    """Return a child that stands still with an image in its pipe, and the decode that waits for it."""
    pool.decode(PLAIN)
    (process,) = pool.process_ids()
    os.kill(process, signal.SIGSTOP)
    os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOWAIT)
    under = Under(pool, PLAIN)
    # Only then is it past the look for children that died between images.
    wait_until(lambda: waiting_bytes(pool._all[0].child._to_child) > 0)
    return process, under


def waiting_bytes(pipe):
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


def test_kill_minus_nine_in_the_middle_costs_nothing_but_a_fresh_child(pool):
    first, under = held_in_the_middle(pool)
    os.kill(first, signal.SIGKILL)
    assert under.result().facts.width == 256
    assert pool.process_ids() != (first,)


def kill_all(pool):
    """End the pool's children from outside."""
    for process in pool.process_ids():
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_an_image_whose_child_is_killed_twice_is_refused():
    with DecoderPool(limits=Limits(max_scans=10_000)) as pool:
        under = Under(pool, SLOW)
        # A child that dies before it is given the image does not count, so whichever there is dies until two have.
        wait_until(lambda: kill_all(pool) or not under.is_running)
        refusal = under.result()
        assert refusal.code is RefusalCode.DECODER_KILLED
        assert pool.decode(PLAIN).facts.width == 256


def test_a_segmentation_fault_is_a_refusal(pool):
    first, under = held_in_the_middle(pool)
    os.kill(first, signal.SIGSEGV)
    os.kill(first, signal.SIGCONT)
    assert under.result().code is RefusalCode.DECODER_CRASHED
    assert pool.decode(PLAIN).facts.width == 256


def test_a_child_that_sleeps_is_ended_when_its_time_is_up():
    with DecoderPool(limits=Limits(wall_seconds=0.3)) as pool:
        pool.decode(encoded(quarters(), "PNG"))
        (first,) = pool.process_ids()
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(ImageRefusedError, match=r"longer than 0\.3 seconds") as refusal:
            pool.decode(encoded(texture(700, 700), "PNG"))  # more than the pipe holds: it cannot even be sent
        assert refusal.value.code is RefusalCode.TIME_LIMIT
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


def test_a_child_that_died_between_images_is_replaced_unnoticed(pool):
    pool.decode(PLAIN)
    (first,) = pool.process_ids()
    os.kill(first, signal.SIGKILL)
    assert pool.decode(PLAIN).facts.width == 256


def test_a_machine_that_cannot_start_a_decoder_is_no_fault_of_the_image(monkeypatch):
    monkeypatch.setattr(child, "_BOOTSTRAP", "raise SystemExit(3)")
    with DecoderPool() as pool, pytest.raises(DecoderUnavailableError, match="status 3"):
        pool.decode(PLAIN)


def test_an_interpreter_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nonexistent/python")
    with DecoderPool() as pool, pytest.raises(DecoderUnavailableError, match="could not be started"):
        pool.decode(PLAIN)


TOO_LONG = b'{"lengths": [9999999999]}'
BABBLE = {
    "no object": (2).to_bytes(8, "big") + b"[]",
    "a document without end": (10**9).to_bytes(8, "big"),
    "a rendition without end": len(TOO_LONG).to_bytes(8, "big") + TOO_LONG,
}


@pytest.mark.parametrize("said", BABBLE)
def test_a_child_that_answers_nonsense_is_no_longer_trusted(monkeypatch, said):
    babble = (
        f"import os; os.write(1, {b'ready' + chr(10).encode() + BABBLE[said]!r}); exec('while os.read(0, 65536): pass')"
    )
    with DecoderPool() as pool:
        with monkeypatch.context() as patch:
            patch.setattr(child, "_BOOTSTRAP", babble)
            with pytest.raises(ImageRefusedError) as refusal:
                pool.decode(SMALL)
        assert refusal.value.code is RefusalCode.DECODER_CRASHED
        assert pool.decode(PLAIN).facts.width == 256


def test_a_child_that_starts_with_nonsense_is_not_used(monkeypatch):
    monkeypatch.setattr(child, "_BOOTSTRAP", "print('hello'); input()")
    with DecoderPool() as pool, pytest.raises(DecoderUnavailableError, match="ended while starting"):
        pool.decode(PLAIN)


def test_a_child_that_hangs_up_but_lives_on_is_ended(monkeypatch):
    monkeypatch.setattr(child, "_END_SECONDS", 0.1)
    monkeypatch.setattr(
        child, "_BOOTSTRAP", "import os, signal; os.write(1, b'ready' + bytes([10])); os.close(1); signal.pause()"
    )
    with DecoderPool() as pool:
        with pytest.raises(ImageRefusedError) as refusal:
            pool.decode(SMALL)
        assert refusal.value.code is RefusalCode.DECODER_KILLED
        assert pool.process_ids() == ()


def test_the_rubbish_behind_an_image_is_not_served(pool):
    tail = b"PK\x03\x04<script>alert(1)</script><?php ?>"
    for form in ("JPEG", "PNG", "GIF"):  # the formats that readers know the end of
        renditions = pool.decode(encoded(texture(), form) + tail)
        assert b"script" not in renditions.view + renditions.thumbnail


def test_a_large_image_gets_a_pyramid_and_a_smaller_view(pool):
    data = encoded(Image.new("RGB", (4_000, 2_100), (90, 120, 60)), "JPEG")
    renditions = pool.decode(data)
    assert (renditions.facts.width, renditions.facts.height) == (4_000, 2_100)
    assert (renditions.view_width, renditions.view_height) == (2_560, 1_344)
    assert renditions.pyramid is not None
