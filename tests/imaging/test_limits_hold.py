"""The limits are the kernel's, not promises: they are read from the running child and driven into."""

import os
import resource
import sys
from pathlib import Path

import pytest
from PIL import Image

from rubrica.imaging.decode import DecoderPool, ImageRefusedError, Limits, RefusalCode
from tests.imaging.makers import encoded, png_bomb, scan_bomb, texture, webp_of_38_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and other processes' limits")

PLAIN = encoded(texture(), "PNG")
SIX_MEGAPIXELS = encoded(texture(1_000, 750).resize((3_000, 2_000)), "JPEG")


def status(process, field):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0])
    raise AssertionError(field)


def processor_seconds(process):
    """What the process has used so far, in user and system mode together (proc(5), /proc/pid/stat, 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def test_the_child_can_open_nothing_write_nothing_and_start_nothing(pool):
    pool.decode(PLAIN)
    (process,) = pool.process_ids()
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        assert resource.prlimit(process, kind) == (0, 0)
    assert resource.prlimit(process, resource.RLIMIT_AS) == (pool.limits.address_space,) * 2
    assert len(list(Path(f"/proc/{process}/fd").iterdir())) == 4  # three standard streams and its way to answer


def test_the_child_knows_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("RUBRICA_SECRET_KEY", "do-not-tell")
    with DecoderPool() as pool:
        pool.decode(PLAIN)
        environment = Path(f"/proc/{pool.process_ids()[0]}/environ").read_bytes()
    assert b"do-not-tell" not in environment
    assert b"RUBRICA" not in environment


def test_bombs_leave_the_memory_of_the_child_small(pool):
    pool.decode(PLAIN)
    (process,) = pool.process_ids()
    Path(f"/proc/{process}/clear_refs").write_text("5")  # forget the peak of earlier tests
    for bomb in (png_bomb(), webp_of_38_bytes(), webp_of_38_bytes(10_000, 10_000), scan_bomb(200, 3_000)):
        with pytest.raises(ImageRefusedError):
            pool.decode(bomb)
    assert pool.process_ids() == (process,)
    assert status(process, "VmHWM") < 120_000  # kB; decoding any of them would take 36 MB to 2.2 GB more


def test_a_six_megapixel_photograph_takes_little_memory_and_gives_it_back(pool):
    pool.decode(PLAIN)
    (process,) = pool.process_ids()
    Path(f"/proc/{process}/clear_refs").write_text("5")
    pool.decode(SIX_MEGAPIXELS)
    assert status(process, "VmHWM") < 200_000
    pool.decode(PLAIN)
    assert status(process, "VmRSS") < 110_000


def test_an_image_that_needs_too_much_memory_is_refused_and_the_next_one_is_not():
    large = encoded(Image.new("RGB", (6_000, 5_000), (10, 200, 30)), "JPEG")
    with DecoderPool(limits=Limits(address_space=220_000_000)) as pool:
        for _ in range(2):
            with pytest.raises(ImageRefusedError, match="memory") as refusal:
                pool.decode(large)
            assert refusal.value.code is RefusalCode.MEMORY_LIMIT
            assert pool.decode(PLAIN).facts.width == 256


def test_an_image_that_needs_too_much_processor_time_is_refused_and_the_next_one_is_not():
    slow = scan_bomb(scans=3_000, side=3_000)  # ten times what is allowed, also on a fast machine
    with DecoderPool(limits=Limits(cpu_seconds=1, max_scans=10_000)) as pool:
        with pytest.raises(ImageRefusedError, match="more than 1 seconds of processor time") as refusal:
            pool.decode(slow)
        assert refusal.value.code is RefusalCode.CPU_LIMIT
        assert pool.decode(PLAIN).facts.width == 256


def test_each_image_gets_its_own_share_of_processor_time():
    heavy = scan_bomb(scans=60, side=2_000)
    with DecoderPool(limits=Limits(cpu_seconds=1)) as pool:
        pool.decode(PLAIN)
        before = pool.process_ids()
        while processor_seconds(before[0]) < 3:  # more together than one image may have, on a machine of any speed
            pool.decode(heavy)
        assert pool.process_ids() == before
