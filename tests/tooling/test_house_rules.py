"""The house rules hold, and the tools that watch over them notice a break."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CODE = ("src", "tests", "benchmarks", "tools")
SUPPRESSION = re.compile(r"#\s*(?:noqa|(?:type|pyright):\s*ignore|ruff:\s*noqa|pragma:\s*no cover).*$")
EXPLAINED = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|(?:type|pyright): ignore\[[-\w, ]+\]|pragma: no cover)\s+[(#-]\s*\S+"
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now")}


def python_files(*folders):
    return sorted(
        file for folder in folders for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts
    )


def place(file, line):
    return f"{file.relative_to(ROOT)}:{line}"


def test_every_suppressed_warning_gives_its_reason_on_the_same_line():
    unexplained = [
        f"{place(file, number)} {found[0]}"
        for file in [*python_files(*CODE), ROOT / "hatch_build.py"]
        if file != Path(__file__)
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if (found := SUPPRESSION.search(line)) and not EXPLAINED.search(found[0])
    ]

    assert unexplained == []


def test_only_the_kit_looks_at_the_clock():
    lookers = [
        place(file, node.lineno)
        for file in python_files("src")
        if file != ROOT / "src/rubrica/kit/clock.py"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]

    assert lookers == []


def test_nobody_mocks_our_own_code():
    mocking = [str(file.relative_to(ROOT)) for file in python_files(*CODE) if "unittest.mock" in file.read_text()]

    assert mocking == ["tests/tooling/test_house_rules.py"]


@pytest.mark.parametrize(
    ("file", "code", "message"),
    [
        ("src/rubrica/usecases/new.py", "from django.http import HttpResponse", "HTTP stays on the web and api floors"),
        (
            "src/rubrica/domain/new.py",
            "from datetime import datetime\n\ndatetime.now()",
            "take the time as an argument",
        ),
        (
            "src/rubrica/records/new.py",
            "from django.db.models.signals import post_save",
            "no signals: call the use case",
        ),
        ("tests/usecases/test_new.py", "from unittest.mock import patch", "test results, not call graphs"),
        ("src/rubrica/measure/new.py", "from . import agreement", "Prefer absolute imports"),
    ],
)
def test_ruff_refuses_what_a_floor_must_not_know(file, code, message):
    command = [
        BIN / "ruff",
        "check",
        "--no-cache",
        "--output-format=concise",
        "--select=TID",
        "--stdin-filename",
        file,
        "-",
    ]

    done = subprocess.run(command, cwd=ROOT, input=f"{code}\n", capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert message in done.stdout


BREAKS = {
    "measure/broken.py": ("import os", "rubrica.measure is not allowed to import os"),
    "domain/broken.py": ("from rubrica.kit import clock", "rubrica.domain is not allowed to import rubrica.kit"),
    "records/broken.py": ("import rubrica.usecases", "rubrica.records is not allowed to import rubrica.usecases"),
    "web/broken.py": ("import ninja", "rubrica.web is not allowed to import ninja"),
    "cli/broken.py": ("import rubrica.worker", "rubrica.cli is not allowed to import rubrica.worker"),
    "client/broken.py": ("import rubrica.domain", "rubrica.client is not allowed to import rubrica.domain"),
    "usecases/broken.py": ("import rubrica.client", "rubrica.usecases is not allowed to import rubrica.client"),
    "misc/__init__.py": ("", "not listed as layers: - rubrica.misc"),
}


def test_import_linter_keeps_the_floors_apart(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path, ignore=shutil.ignore_patterns("static", "__pycache__"), dirs_exist_ok=True)
    for file, (code, _) in BREAKS.items():
        (tmp_path / "rubrica" / file).parent.mkdir(exist_ok=True)
        (tmp_path / "rubrica" / file).with_name("__init__.py").touch()
        (tmp_path / "rubrica" / file).write_text(f"{code}\n")

    lint = [BIN / "lint-imports", "--no-logo", "--no-cache", "--config", ROOT / "pyproject.toml"]
    done = subprocess.run(
        lint, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    told = re.sub(r"\s+", " ", done.stdout)
    assert done.returncode == 1
    assert [message for _, message in BREAKS.values() if message not in told] == []
