"""The command line as processes: a fresh folder, the demo, the server."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest

from tests.servers import rubrica_server

SECONDS = 180


def rubrica(home, *arguments, code=0):
    environment = {name: value for name, value in os.environ.items() if name != "RUBRICA_DATABASE_URL"}
    command = [sys.executable, "-m", "rubrica", *map(str, arguments), "--home", str(home)]
    done = subprocess.run(
        command, env={**environment, "PYTHONPATH": "src"}, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_a_folder_without_an_installation_is_told_apart_from_a_fault(tmp_path):
    done = rubrica(tmp_path, "project", "list", code=1)

    assert done.stderr.startswith("Error: There is no installation here yet. Run `rubrica init`")


def test_the_demo_ends_after_the_reports_and_keeps_its_data(tmp_path):
    first = rubrica(tmp_path, "demo", "--small", "--no-serve").stdout
    for words in (
        "Image audit: 4 items imported, 12 evaluations by simulated raters",
        "No verdict yet: 4 items have been rated by two or more people",
        "Planted defects: ",
        "Bias overall",
        "Win rate",
    ):
        assert words in first
    links = re.findall(r"http://127\.0\.0\.1:8000/sign-in/\S+/", first)
    assert len(links) == len(set(links)) == 5

    second = rubrica(tmp_path, "demo", "--small", "--no-serve").stdout
    assert "imported" not in second
    assert not set(links) & set(re.findall(r"http\S+/sign-in/\S+/", second))
    listed = json.loads(rubrica(tmp_path, "project", "list", "--json").stdout)
    assert [(row["slug"], row["items"], row["evaluations"]) for row in listed] == [
        ("image-audit", 6, 18),
        ("side-by-side", 6, 12),
        ("technical-quality", 6, 20),
    ]
    rubrica(tmp_path, "check")


def test_a_server_does_not_start_with_an_embedder_that_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("RUBRICA_EMBEDDER", "nowhere.Embedder")
    done = rubrica(tmp_path, "serve", code=1)

    assert done.stderr.startswith("Error: RUBRICA_EMBEDDER names nowhere.Embedder, which cannot be imported: ")


@pytest.mark.enable_socket
def test_a_fresh_folder_is_prepared_and_served(tmp_path):
    with rubrica_server(tmp_path) as address:
        assert httpx.get(address, timeout=SECONDS).status_code == 200
    (log,) = tmp_path.glob("server-*.log")

    assert log.read_text() == f"Rubrica answers at {address} (stop with Ctrl-C)\n"
    assert (tmp_path / "rubrica.sqlite3").stat().st_mode & 0o077 == 0
