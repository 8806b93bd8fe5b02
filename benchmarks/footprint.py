"""What an idle server weighs, how long a start takes, and how many bytes the workbench ships."""

import contextlib
import gzip
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import rubrica
from tests.servers import free_port

STATIC = Path(rubrica.__file__).parent / "web" / "static" / "rubrica"


def _children(process_id: int) -> list[int]:
    tasks = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [process_id, *(found for child in tasks for found in _children(int(child)))]


def _kilobytes(process_id: int, field: str) -> int:
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1])


def serve_once(home: str) -> tuple[float, float, float]:
    """Start ``rubrica serve`` and return seconds until it answers, and its tree's idle PSS and RSS in MB."""
    port = free_port()
    command = [sys.executable, "-m", "rubrica", "serve", "--port", str(port), "--home", home]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/health/")
        seconds = time.perf_counter() - begun
        tree = _children(process.pid)
        pss, rss = (sum(_kilobytes(found, field) for found in tree) / 1024 for field in ("Pss", "Rss"))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    return seconds, pss, rss


def _wait(url: str) -> None:
    for _ in range(1200):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  (127.0.0.1)
            if response.status == 200:
                return
        time.sleep(0.02)
    raise RuntimeError("the server did not come up")


def gzipped(name: str) -> int:
    """Return how many bytes of a static file travel."""
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def report() -> None:
    """Print seconds, megabytes and bytes."""
    firsts, seconds, sizes = [], [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
            firsts.append(serve_once(home)[0])
            again = serve_once(home)
            seconds.append(again[0])
            sizes.append(again[1:])
    pss = statistics.median(size[0] for size in sizes)
    rss = statistics.median(size[1] for size in sizes)
    print("\n### Footprint (medians of 3)\n")
    print("| what | value |")
    print("|---|---|")
    print(f"| first start of an empty folder, until it answers | {statistics.median(firsts):.1f} s |")
    print(f"| later start | {statistics.median(seconds):.1f} s |")
    print(f"| idle server, whole process tree, proportional set size | {pss:.0f} MB |")
    print(f"| idle server, whole process tree, sum of resident sizes (shared pages counted twice) | {rss:.0f} MB |")
    print(f"| JavaScript of the workbench, gzip, one chunk | {gzipped('workbench/workbench.js') / 1000:.1f} kB |")
    others = gzipped("workbench/htmx.js") + sum(gzipped(f"js/{path.name}") for path in (STATIC / "js").glob("*.js"))
    print(f"| JavaScript of the other pages, gzip (htmx and own) | {others / 1000:.1f} kB |")
    print(f"| style sheet of the workbench, gzip | {gzipped('workbench/workbench.css') / 1000:.1f} kB |", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    report()
