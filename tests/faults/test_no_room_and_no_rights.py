"""A full disk, and a home that cannot be used: said in words that name the place, and nothing acknowledged is lost."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import audit_answer
from tests.faults.installations import Installation, Server
from tests.faults.raters import Rater
from tests.imaging.makers import encoded, texture

REMEDY = "Name another with --home."
ROOM = 500_000
"""Bytes that the database may grow by, and less than the image has."""


def no_file_larger_than(size: int) -> Callable[[], None]:
    """Let the kernel refuse to write beyond ``size`` bytes of any file: a disk that is full for one process."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_home_that_cannot_be_made_is_named_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    nowhere = Installation(tmp_path / "file" / "home")

    for command in (("check",), ("serve",), ("init", "--email", "ada@example.org", "--name", "Ada")):
        said = nowhere.rubrica(*command, code=1)

        assert said == f"Error: The installation's folder cannot be used: {nowhere.home}: Not a directory. {REMEDY}\n"


def test_an_image_for_which_there_is_no_room_stops_the_import_and_says_so(installation: Installation, tmp_path: Path):
    images = tmp_path / "images"
    images.mkdir()
    (images / "large.png").write_bytes(encoded(texture(1_600, 1_200), "PNG"))
    room = installation_size(installation) + ROOM
    assert (images / "large.png").stat().st_size > room
    said = installation.rubrica("import", "audit", images, code=1, preexec_fn=no_file_larger_than(room))

    assert said.startswith("Error: ")
    assert "File too large" in said
    state, failure = installation.ask("SELECT state, failure FROM records_itemimport ORDER BY id DESC LIMIT 1")[0]
    assert state == "failed"
    assert failure.endswith("File too large. Everything before it is kept: import again to go on.")
    assert installation.is_sound()
    assert "1 accepted" in installation.rubrica("import", "audit", images)


def installation_size(installation: Installation) -> int:
    database = installation.home / "rubrica.sqlite3"
    return database.stat().st_size if installation.is_sqlite else 0


def test_a_database_for_which_there_is_no_room_is_named_with_what_to_look_at(tmp_path: Path):
    home = tmp_path / "home"
    init = ("init", "--email", "ada@example.org", "--name", "Ada")
    said = Installation(home).rubrica(*init, code=1, preexec_fn=no_file_larger_than(20_000))

    assert said == (
        f"Error: The database cannot be written: disk I/O error. Look at the free space and the owner of {home}.\n"
    )
    assert "is ready" in Installation(home).rubrica(*init)


def test_a_full_disk_acknowledges_nothing_that_is_not_stored(
    installation: Installation, server: Server, rater: Callable[..., Rater]
):
    if not installation.is_sqlite:
        pytest.skip("the disk of the database is PostgreSQL's own")
    server.start(preexec_fn=no_file_larger_than(installation_size(installation)))
    rita = rater("rita")
    work = rita.call("POST", "/projects/audit/assignments", {"hold": 1}).json()["assignments"][0]
    key, path = {"Idempotency-Key": "made-before-sending"}, f"/assignments/{work['id']}/submission"
    first = rita.call("POST", path, audit_answer(), headers=key)
    assert first.status_code == 201
    acknowledged, path = [first.json()["receipt"]["evaluation"]], ""
    while True:
        key = {"Idempotency-Key": f"made-before-sending-{len(acknowledged)}"}
        path = f"/evaluations/{acknowledged[-1]}/revision"
        body = {"answer": audit_answer(explanation="words that fill the disk " * 30), "reason": "looked again"}
        answer = rita.call("POST", path, body, headers=key)
        if answer.status_code != 201:
            break
        acknowledged.append(answer.json()["receipt"]["evaluation"])
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:rubrica:problem:busy")
    assert "Nothing was changed; send the same request again." in answer.json()["detail"]

    server.kill()
    server.start()

    stored = [public_id for (public_id,) in installation.ask("SELECT public_id FROM records_evaluation ORDER BY id")]
    assert stored == acknowledged
    again = rita.call("POST", path, body, headers=key)
    assert (again.status_code, again.json()["receipt"]["replayed"]) == (201, False)
    assert installation.is_sound()
