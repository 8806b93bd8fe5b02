"""An import is killed in the middle, again and again: it goes on, no item comes in twice and none is lost."""

import contextlib
import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.faults.installations import Installation, kill, until
from tests.faults.prepare import ITEMS
from tests.imaging.makers import encoded, texture

IMAGES = 130
START_UPLOAD = """
import sys
import django
django.setup()
from pathlib import Path
from rubrica.kit.clock import now
from rubrica.records.models import Account
from rubrica.usecases import imports
files = (imports.UploadedPart(path.name, [path.read_bytes()]) for path in sorted(Path(sys.argv[1]).iterdir()))
imports.start_import(Account.objects.get(email="lena@example.org"), "audit", source="an upload", files=files, now=now())
"""
IMPORTS = "SELECT state, total, accepted, refused, known FROM records_itemimport ORDER BY id DESC LIMIT 1"


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for number in range(IMAGES):
        (folder / f"{number:03}.jpg").write_bytes(encoded(texture(64, 48, seed=number), "JPEG"))
    (folder / "bad.jpg").write_bytes(b"<svg/>")
    return folder


def done(installation: Installation) -> int:
    ((_, _, *counts),) = installation.ask(IMPORTS)
    return sum(counts)


def children(process: "subprocess.Popen[str]") -> set[int]:
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    return {int(child) for thread in threads for child in thread.read_text().split()}


def is_running(process_id: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def assert_everything_came_in_once(installation: Installation) -> None:
    every = ITEMS + IMAGES
    items = (
        "SELECT COUNT(*), COUNT(DISTINCT key), COUNT(DISTINCT queue_position), MAX(queue_position) FROM records_item"
    )
    assert installation.ask(items) == [(every, every, every, every)]
    assert installation.ask("SELECT item_count, queue_tail FROM records_project") == [(every, every)]
    assert installation.is_sound()


@pytest.mark.parametrize("seed", [5])
def test_a_worker_killed_again_and_again_brings_every_image_in_once(
    installation: Installation, images: Path, seed: int
):
    installation.run("-c", START_UPLOAD, images)
    moments = random.Random(seed)
    for _ in range(3):
        wanted = done(installation) + moments.randint(1, 32)
        worker = installation.start("-m", "rubrica.worker", "--until-empty")
        until(lambda wanted=wanted: done(installation) >= wanted, f"{wanted} rows to be done")
        decoders = children(worker)
        assert decoders
        os.kill(worker.pid, 9)
        until(lambda decoders=decoders: not any(map(is_running, decoders)), "the decoders to end with their worker")
        kill(worker)
        assert installation.ask(IMPORTS)[0][0] == "running"
        installation.ask("UPDATE records_job SET lease_ends = '2000-01-01 00:00:00+00:00'")

    installation.run("-m", "rubrica.worker", "--until-empty")

    assert installation.ask(IMPORTS) == [("finished", IMAGES + 1, IMAGES, 1, 0)]
    assert installation.ask("SELECT state, attempts FROM records_job") == [("done", 4)]
    assert installation.number("SELECT COUNT(*) FROM records_itemimportproblem") == 1
    assert list((installation.home / "incoming").iterdir()) == []
    assert_everything_came_in_once(installation)


def test_an_import_that_kills_every_worker_says_so_and_keeps_no_uploads(installation: Installation, images: Path):
    installation.run("-c", START_UPLOAD, images)
    installation.ask("UPDATE records_job SET state = 'running', attempts = 5, lease_ends = '2000-01-01 00:00:00+00:00'")
    installation.run("-m", "rubrica.worker", "--until-empty")

    assert installation.ask("SELECT state, failure FROM records_itemimport ORDER BY id DESC LIMIT 1") == [
        (
            "failed",
            "Given up: the worker ended without a result 5 times. Everything before it is kept: import again to go on.",
        )
    ]
    assert list((installation.home / "incoming").iterdir()) == []


def test_an_import_by_the_command_line_that_was_killed_is_simply_done_again(installation: Installation, images: Path):
    killed = installation.start("-m", "rubrica", "import", "audit", images)
    until(lambda: installation.number("SELECT COUNT(*) FROM records_itemimport") == 2, "the import to begin")
    until(lambda: done(installation), "a first batch")
    kill(killed)
    came_in = done(installation)
    assert 0 < came_in < IMAGES

    again = json.loads(installation.rubrica("import", "audit", images, "--json"))

    assert (again["accepted"] + again["known"], again["refused"]) == (IMAGES, 1)
    assert again["known"] >= came_in - 1
    assert_everything_came_in_once(installation)
