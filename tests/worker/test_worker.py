"""The worker as a process: it ends when nothing is left to do, and what a killed one leaves the next one finishes."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imaging.makers import encoded, texture

IMAGES = 150
SECONDS = 120

PREPARE = """
import sys
import django
django.setup()
from pathlib import Path
from rubrica.domain.roles import Role
from rubrica.kit.clock import now
from rubrica.usecases import accounts, imports, instance, organisations, projects
instance.prepare_instance()
petra = accounts.create_account(email="petra@example.org", name="Petra", now=now(), platform_admin=True)
lena = accounts.create_account(email="lena@example.org", name="Lena", now=now())
organisation = organisations.create_organisation(petra, name="Atelier", now=now())
organisations.add_member(organisation, lena, Role.LEAD, now=now())
projects.create_project(lena, "atelier", name="Audit", template="ai-image-audit", now=now())
files = (imports.UploadedPart(path.name, [path.read_bytes()]) for path in sorted(Path(sys.argv[1]).iterdir()))
imports.start_import(lena, "audit", source="an upload", files=files, now=now())
"""


class Installation:
    """An installation of its own, on SQLite, used by processes of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if name != "RUBRICA_DATABASE_URL"}
        self.environment = {
            **kept,
            "RUBRICA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "rubrica.config.settings",
            "PYTHONPATH": "src",
        }

    def run(self, *command, **options):
        return subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=SECONDS,
            **options,
        )

    def start_worker(self):
        worker = [sys.executable, "-m", "rubrica.worker", "--until-empty"]
        return subprocess.Popen(worker, env=self.environment, stderr=subprocess.PIPE)

    def ask(self, query):
        with contextlib.closing(sqlite3.connect(self.home / "rubrica.sqlite3", timeout=SECONDS)) as database:
            rows = database.execute(query).fetchall()
            database.commit()
        return rows


@pytest.fixture
def installation(tmp_path):
    home, images = tmp_path / "home", tmp_path / "images"
    images.mkdir()
    for number in range(IMAGES):
        (images / f"{number:03}.jpg").write_bytes(encoded(texture(64, 48, seed=number), "JPEG"))
    (images / "bad.jpg").write_bytes(b"<svg/>")
    made = Installation(home)
    made.run("-c", PREPARE, str(images))
    return made


def test_a_worker_does_what_is_asked_and_ends(installation):
    installation.run("-m", "rubrica.worker", "--until-empty")

    assert installation.ask("SELECT state, accepted, refused FROM records_itemimport") == [("finished", IMAGES, 1)]
    assert installation.ask("SELECT state FROM records_job") == [("done",)]
    assert list((installation.home / "incoming").iterdir()) == []


def test_a_killed_worker_loses_nothing_and_repeats_nothing(installation):
    worker = installation.start_worker()
    accepted = 0
    while not accepted:
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the worker ended too early: {worker.wait(timeout=0.02)}")
        ((accepted,),) = installation.ask("SELECT accepted FROM records_itemimport")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stderr.close()
    ((state, stored),) = installation.ask("SELECT state, accepted FROM records_itemimport")
    assert (state, 0 < stored < IMAGES) == ("running", True)

    installation.ask("UPDATE records_job SET lease_ends = '2000-01-01 00:00:00'")
    installation.run("-m", "rubrica.worker", "--until-empty")

    assert installation.ask("SELECT state, total, accepted, refused, known FROM records_itemimport") == [
        ("finished", IMAGES + 1, IMAGES, 1, 0)
    ]
    assert installation.ask("SELECT state, attempts FROM records_job") == [("done", 2)]
    assert installation.ask("SELECT COUNT(*), COUNT(DISTINCT key), MAX(queue_position) FROM records_item") == [
        (IMAGES, IMAGES, IMAGES)
    ]
    assert installation.ask("SELECT COUNT(*) FROM records_itemimportproblem") == [(1,)]
    installation.run("-m", "rubrica", "check")


def test_a_second_worker_leaves_the_work_to_the_first(installation):
    first = installation.start_worker()
    done = installation.run("-m", "rubrica.worker", "--until-empty")
    first.wait(timeout=SECONDS)
    first.stderr.close()

    assert done.returncode == 0
    assert installation.ask("SELECT state, accepted FROM records_itemimport") == [("finished", IMAGES)]


def test_a_worker_that_is_told_to_end_ends(installation):
    worker = subprocess.Popen([sys.executable, "-m", "rubrica", "worker"], env=installation.environment)
    while installation.ask("SELECT state FROM records_job") != [("done",)]:
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"the worker ended too early: {worker.wait(timeout=0.05)}")
    worker.terminate()

    assert worker.wait(timeout=SECONDS) == 0
