"""A copy made while people work shows one moment of the installation, with everything acknowledged before it."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cast import audit_answer
from tests.faults.installations import SECONDS, Installation, Server, new_database, until
from tests.faults.prepare import RATERS
from tests.faults.raters import Rater
from tests.imaging.makers import encoded, texture
from tests.servers import find_postgres


class Reviser(threading.Thread):
    """A rater who judges one item, and then improves on it until told to stop: facts without end."""

    def __init__(self, rater: Rater) -> None:
        super().__init__(daemon=True)
        self._rater = rater
        self.stop = threading.Event()
        self.acknowledged: list[str] = []

    def run(self) -> None:
        work = self._rater.call("POST", "/projects/audit/assignments", {"hold": 2}).json()["assignments"][0]
        path, body = f"/assignments/{work['id']}/submission", audit_answer()
        while not self.stop.is_set():
            key = {"Idempotency-Key": f"revision-{self._rater.name}-{len(self.acknowledged)}"}
            answer = self._rater.call("POST", path, body, headers=key)
            assert answer.status_code == 201, answer.text
            self.acknowledged.append(answer.json()["receipt"]["evaluation"])
            path = f"/evaluations/{self.acknowledged[-1]}/revision"
            body = {"answer": audit_answer(4 + len(self.acknowledged) % 2), "reason": "looked again"}


@pytest.fixture
def writers(server: Server, rater: Callable[..., Rater]) -> Iterator[list[Reviser]]:
    server.start()
    revisers = [Reviser(rater(name)) for name in RATERS]
    for each in revisers:
        each.start()
    yield revisers
    for each in revisers:
        each.stop.set()
    for each in revisers:
        each.join(SECONDS)


def back_up(installation: Installation, folder: Path) -> Installation:
    """Return a copy of an installation that is in use, made as the command line says that it is to be made."""
    if installation.is_sqlite:
        installation.rubrica("backup", folder)
        return Installation(folder)
    said = installation.rubrica("backup", folder, code=1)
    assert "back it up with pg_dump, and copy the media folder after it" in said
    programs, url = find_postgres(), new_database(installation.database_url)
    dump = subprocess.run([programs / "pg_dump", installation.database_url], check=True, capture_output=True)
    subprocess.run([programs / "psql", "-q", url], input=dump.stdout, check=True, capture_output=True)
    folder.mkdir(mode=0o700)
    shutil.copy2(installation.home / "secret_key", folder)
    shutil.copytree(installation.home / "media", folder / "media", ignore=shutil.ignore_patterns(".*"))
    return Installation(folder, url)


def evaluations(installation: Installation) -> set[str]:
    return {public_id for (public_id,) in installation.ask("SELECT public_id FROM records_evaluation")}


def test_a_backup_taken_while_writing_restores_consistently(
    installation: Installation, writers: list[Reviser], tmp_path: Path
):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(60):
        (images / f"{number:03}.jpg").write_bytes(encoded(texture(64, 48, seed=number), "JPEG"))
    coming_in = installation.start("-m", "rubrica", "import", "audit", images, "--json")
    until(lambda: all(len(each.acknowledged) > 1 for each in writers), "everybody to write")
    before = {evaluation for each in writers for evaluation in list(each.acknowledged)}

    copy = back_up(installation, tmp_path / "backup")
    then = {evaluation for each in writers for evaluation in list(each.acknowledged)}
    until(lambda: {e for each in writers for e in list(each.acknowledged)} > then, "the writers to go on")
    printed, _ = coming_in.communicate(timeout=SECONDS)

    assert json.loads(printed)["accepted"] == 60
    kept = evaluations(copy)
    assert before <= kept <= evaluations(installation)
    assert before < then
    assert copy.is_sound()
