"""What is installed is pinned by hash, from no registry in particular, under licences that Apache-2.0 can live with."""

import importlib.metadata
import itertools
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONSTRAINTS = ("runtime", "build", "dev")
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(\[[a-z,]+\])?==(?P<version>\S+)(?P<marker> ; .*?)? \\$", re.MULTILINE)
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|\bSSPL|NonCommercial|\bNC\b", re.IGNORECASE)


def pins(name):
    """Return the pinned versions of a constraints file, by name and marker."""
    text = (ROOT / "constraints" / f"{name}.txt").read_text()
    return {(pin["name"], pin["marker"] or ""): pin["version"] for pin in PIN.finditer(text)}


def workbench_lock():
    return json.loads((ROOT / "frontend/workbench/package-lock.json").read_text())


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_every_pin_has_a_hash_and_no_line_names_a_registry(name):
    lines = (ROOT / "constraints" / f"{name}.txt").read_text().splitlines()

    assert [line for line in lines if not line.startswith(" ") and not PIN.match(line)] == []
    assert [
        line for line in lines if line.startswith(" ") and not re.match(r" +(--hash=sha256:[0-9a-f]{64}|#)", line)
    ] == []
    followers = [after for line, after in itertools.pairwise(lines) if PIN.match(line)]
    assert [line for line in followers if not line.startswith("    --hash=")] == []
    assert [line for line in lines if "://" in line] == []


def test_the_lock_of_the_workbench_names_no_registry_and_has_every_checksum():
    packages = {name: entry for name, entry in workbench_lock()["packages"].items() if name}

    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("build", [*PROJECT["build-system"]["requires"], *PROJECT["dependency-groups"]["build"]]),
        ("dev", [*PROJECT["dependency-groups"]["dev"], *PROJECT["project"]["optional-dependencies"]["postgres"]]),
    ],
)
def test_every_requirement_is_pinned_to_a_version_that_it_allows(name, wanted):
    versions = {}
    for (package, _), version in pins(name).items():
        versions.setdefault(package, []).append(version)

    for text in wanted:
        requirement = Requirement(text)
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, text
        assert all(requirement.specifier.contains(version) for version in found), (text, found)


@pytest.mark.parametrize("other", ["runtime", "build"])
def test_what_tests_run_on_is_what_people_run_on(other):
    dev = pins("dev")

    assert {key: dev[key] for key in pins(other) if key in dev} == {
        key: v for key, v in pins(other).items() if key in dev
    }


def test_no_package_that_people_run_on_is_copyleft():
    licences = {name: _licence(name) for name, _ in pins("runtime")}

    assert {name: licence for name, licence in licences.items() if not licence} == {}
    assert {name: licence for name, licence in licences.items() if COPYLEFT.search(licence)} == {}


def _licence(name):
    """Return what a package says of its licence: the expression, else the classifiers, else a line of text."""
    try:
        metadata = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:  # for another system or Python than this one
        return "not installed here"
    classifiers = [entry for entry in metadata.get_all("Classifier", []) if entry.startswith("License ::")]
    return (
        metadata.get("License-Expression") or "; ".join(classifiers) or metadata.get("License", "").partition("\n")[0]
    )
