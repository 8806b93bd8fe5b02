"""From submit to the next image painted, in a real Chromium against the real server."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.footprint import _wait
from benchmarks.pipelines import write_photographs
from tests.servers import chromium_flags, find_chromium, free_port

LOOPS = 20
ANSWERS = ("5", "5", "5", "5")


def _rubrica(home: str, *arguments: str) -> str:
    environment = {**os.environ, "RUBRICA_HOME": home}
    command = [sys.executable, "-m", "rubrica", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def report() -> None:
    """Print the median and the range of the measure that the workbench itself takes."""
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home, tempfile.TemporaryDirectory() as pictures:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        world = [sys.executable, "-m", "benchmarks.world", "--items", "0", "--raters", "1"]
        subprocess.run(world, env=environment, check=True, stdout=subprocess.DEVNULL)
        write_photographs(Path(pictures), LOOPS + 4)
        _rubrica(home, "import", "bench", pictures)
        link = next(
            word
            for word in _rubrica(home, "account", "login-link", "rater0@example.org").split()
            if "/sign-in/" in word
        )
        port = free_port()
        server = subprocess.Popen([sys.executable, "-m", "rubrica", "serve", "--port", str(port), "--home", home])
        try:
            _wait(f"http://127.0.0.1:{port}/health/")
            milliseconds = _paint(f"http://127.0.0.1:{port}", link.split("/sign-in/")[1])
        finally:
            server.terminate()
            server.wait(timeout=20)
    print("\n### From submit to the next image painted (1 MP images, software rendering)\n")
    print("| median ms | fastest | slowest | loops |")
    print("|---|---|---|---|")
    print(
        f"| {statistics.median(milliseconds):.0f} | {min(milliseconds):.0f} | {max(milliseconds):.0f} | "
        f"{len(milliseconds)} |",
        flush=True,
    )


def _paint(address: str, secret: str) -> list[float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=chromium_flags())
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/sign-in/{secret}")
        page.wait_for_url(f"{address}/")
        page.goto(f"{address}/projects/bench/work/")
        for _ in range(LOOPS):
            _evaluate(page)
        measures: list[float] = page.evaluate(
            "performance.getEntriesByName('rubrica:next-image').map((entry) => entry.duration)"
        )
        browser.close()
    return measures


def _evaluate(page: Page) -> None:
    bench = page.locator("rubrica-workbench[data-state='ready']")
    bench.wait_for()
    shown = bench.get_attribute("data-assignment")
    for key in ANSWERS:
        page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "(shown) => { const bench = document.querySelector('rubrica-workbench');"
        " return bench.dataset.state === 'ready' && bench.dataset.assignment !== shown; }",
        arg=shown,
    )


if __name__ == "__main__":
    report()
