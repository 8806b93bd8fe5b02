"""Images in and rows out, through the command line that operators use."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMAGES = 240
EVALUATIONS = 3_000


def _rubrica(home: str, *arguments: str) -> str:
    environment = {**os.environ, "RUBRICA_HOME": home}
    command = [sys.executable, "-m", "rubrica", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _python(home: str, module: str, *arguments: str) -> str:
    environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def write_photographs(folder: Path, count: int) -> None:
    """Write distinct JPEGs of about one megapixel."""
    import numpy as np
    from PIL import Image

    from rubrica.imaging.photographs import scene, scenes

    names = [found.name for found in scenes()]
    for number in range(count):
        pixels = Image.fromarray(scene(names[number % len(names)])).convert("RGB").resize((1024, 1024))
        noisy = np.asarray(pixels).copy()
        noisy[number % 1024, :, 0] = number % 256
        Image.fromarray(noisy).save(folder / f"image-{number:04}.jpg", quality=92)


def import_seconds(count: int) -> tuple[float, float]:
    """Return how long a fresh installation takes to import so many photographs: on the wall, and of the processor."""
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home, tempfile.TemporaryDirectory() as pictures:
        _python(home, "benchmarks.world", "--items", "1", "--raters", "1")
        write_photographs(Path(pictures), count)
        used, begun = _processor_seconds(), time.perf_counter()
        _rubrica(home, "import", "bench", pictures)
        return time.perf_counter() - begun, _processor_seconds() - used


def _processor_seconds() -> float:
    """Return what processes that have ended used, with those that they started."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def report() -> None:
    """Print images a second in, and rows a second out."""
    images = IMAGES / import_seconds(IMAGES)[0]
    print("\n### Images in, rows out\n")
    print("| what | a second |")
    print("|---|---|")
    print(f"| images of 1 MP ingested (decode, renditions, thumbnail, hash, checks; command included) | {images:.0f} |")
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home, tempfile.TemporaryDirectory() as out:
        _python(home, "benchmarks.filled", str(EVALUATIONS))
        for name in ("jsonl", "csv", "parquet"):
            begun = time.perf_counter()
            _rubrica(home, "export", "bench", "--format", name, "--out", str(Path(out) / name))
            rows = 5 * EVALUATIONS / (time.perf_counter() - begun)
            print(f"| rows exported as {name} (evaluations and ratings; command included) | {rows:,.0f} |", flush=True)


if __name__ == "__main__":
    report()
