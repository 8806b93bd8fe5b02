"""The commands a newcomer types: explained, and clear about what a machine lacks."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_help_explains_every_command():
    commands = re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert [line.split()[0] for line in done.stdout.splitlines()] == commands
    assert all(len(line.split()) > 2 for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("exit 1", "is too old: Rubrica needs Python 3.11 or newer"),
        (
            'case "$*" in *ensurepip*) exit 1;; esac',
            "lacks venv or ensurepip. On Debian or Ubuntu: apt-get install python3-venv",
        ),
    ],
)
def test_a_python_that_will_not_do_is_named_with_the_way_out(tmp_path, answers, message):
    shutil.copy(ROOT / "Makefile", tmp_path)
    python = tmp_path / "python-of-another-kind"
    python.write_text(f"#!/bin/sh\n{answers}\n")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)

    done = subprocess.run(
        ["make", "demo", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert f"{python} {message}" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_machine_without_python_is_told_what_is_needed(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)

    done = subprocess.run(["make", "demo", "PYTHON="], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "Rubrica needs Python 3.11 or newer" in done.stderr


def test_ci_runs_what_a_developer_runs():
    script = ROOT / ".ci" / "run"

    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text().splitlines()[-1] == "exec make test"
