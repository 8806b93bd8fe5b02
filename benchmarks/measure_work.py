"""One task of `measure` in a process of its own: timed, its memory watched, its findings handed back."""

import contextlib
import ctypes
import dataclasses
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure_inputs import Columns, comparisons, labels, load, shuffled
from rubrica.measure.agreement.alpha import Level, krippendorff_alpha
from rubrica.measure.consensus.categorical import CategoricalRatings, categorical_ratings, partitioned, shares
from rubrica.measure.consensus.dawid_skene import dawid_skene, maximisation
from rubrica.measure.consensus.expectation import combine, expectation, statistics_of
from rubrica.measure.errors import MeasureError, NotConvergedError
from rubrica.measure.opinion.subject_model import subject_model
from rubrica.measure.preference.pairwise import bradley_terry
from rubrica.measure.variance.components import variance_components

ITERATIONS = 20
REPORTED = range(10)
FLOOR = Path(__file__).with_name("measure_floor.c")

Task = Callable[[Columns], dict[str, Any]]


# --- ours


def _twenty(columns: Columns) -> np.ndarray:
    """Do twenty steps of expectation and maximisation by the parts that the model itself is made of."""
    parts = partitioned(_categorical(columns))
    before = [shares(part) for part in parts]
    rates = maximisation(combine([statistics_of(part, start) for part, start in zip(parts, before, strict=True)]))
    for _ in range(ITERATIONS):
        steps = [expectation(part, rates, posterior) for part, posterior in zip(parts, before, strict=True)]
        before = [posterior for _, posterior in steps]
        rates = maximisation(combine([statistics for statistics, _ in steps]))
    return np.concatenate(before, axis=1)


def _categorical(columns: Columns) -> CategoricalRatings:
    return categorical_ratings(columns["units"], columns["raters"], columns["values"])


def _dawid_skene(columns: Columns) -> None:
    try:
        dawid_skene(*columns.values(), method="em", max_iterations=ITERATIONS)
    except NotConvergedError:
        return
    raise AssertionError("the crowd of the benchmark is to need more iterations than are timed")


def _alpha(level: Level) -> Callable[[Columns], object]:
    return lambda columns: krippendorff_alpha(columns["units"], columns["values"], level=level)


def _variance(columns: Columns) -> object:
    return variance_components({"unit": columns["units"], "rater": columns["raters"]}, columns["values"])


WORK: dict[str, Callable[[Columns], object]] = {
    "twenty iterations": _twenty,
    "dawid-skene": _dawid_skene,
    "preparation": _categorical,
    "alpha, ordinal": _alpha("ordinal"),
    "alpha, interval": _alpha("interval"),
    "subject model": lambda columns: subject_model(*columns.values()),
    "bradley-terry": lambda columns: bradley_terry(*columns.values(), reported=REPORTED),
    "variance components": _variance,
}
"""What is timed, by name."""


def timed(work: Callable[[], object], repeats: int) -> dict[str, Any]:
    """Return seconds of the wall and of the processor, and the peak of memory above what stood before, in MiB."""
    gc.collect()
    before, wall, processor = _status("VmRSS:"), [], []
    # Forget the peak so far, which stems from making the input.
    Path("/proc/self/clear_refs").write_text("5")
    for _ in range(repeats):
        begun, busy = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - busy)
    return {"wall": wall, "processor": processor, "memory": max(_status("VmHWM:") - before, 0.0)}


def _status(field: str) -> float:
    """Return a figure of this process's memory in MiB; unlike that of `resource` it owes nothing to its parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


# --- the same bits


def same(one: Any, other: Any) -> bool:
    """Tell whether two results are equal to the last bit."""
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, np.ndarray):
        return one.tobytes() == np.asarray(other).tobytes()
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


# --- the floor


def floor_of(task: str, columns: Columns, repeats: int) -> dict[str, Any]:
    """Time the same work in C, and hold its findings against ours."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "floor.so"
        flags = ["-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC"]
        subprocess.run(["cc", *flags, "-DCATEGORIES=5", "-o", library, FLOOR, "-lm"], check=True)
        floor = ctypes.CDLL(str(library))
        return {"dawid-skene": _floor_of_dawid_skene, "alpha": _floor_of_alpha}[task](floor, columns, repeats)


def _floor_of_dawid_skene(floor: ctypes.CDLL, columns: Columns, repeats: int) -> dict[str, Any]:
    units, raters, values = columns.values()
    n_units, n_raters = int(units.max()) + 1, int(raters.max()) + 1
    start = np.searchsorted(units, np.arange(n_units + 1)).astype(np.int64)
    code = (raters * 5 + values.astype(np.int64)).astype(np.int32)
    posterior = np.zeros((n_units, 8), dtype=np.float32)
    arguments = (ctypes.c_int64(n_units), ctypes.c_int64(n_raters), _of(start), _of(code), ITERATIONS, _of(posterior))
    found = timed(lambda: floor.dawid_skene(*arguments), repeats)
    return {**found, "difference": _checked(posterior[:, :5] - _twenty(columns).T)}


def _floor_of_alpha(floor: ctypes.CDLL, columns: Columns, repeats: int) -> dict[str, Any]:
    units, _, values = columns.values()
    estimate = np.zeros(2)
    found = timed(lambda: floor.alpha(ctypes.c_int64(len(units)), _of(units), _of(values), _of(estimate)), repeats)
    ours = krippendorff_alpha(units, values, level="interval")
    return {**found, "difference": _checked(estimate - [ours.alpha, ours.standard_error])}


def _checked(difference: np.ndarray) -> float:
    """Return the largest difference between the floor's findings and ours, which are to be the same."""
    largest = float(np.abs(difference).max())
    assert largest < 1e-5
    return largest


def _of(column: np.ndarray) -> ctypes.c_void_p:
    return column.ctypes.data_as(ctypes.c_void_p)


def main(task: str, path: str, repeats: int) -> None:
    """Print what one task found."""
    columns = load(path)
    kind, _, name = task.partition(": ")
    if kind == "floor":
        found = floor_of(name, columns, repeats)
    elif kind == "same":
        found = {"same": same(WORK[name](columns), WORK[name](shuffled(columns)))}
    else:
        # Once on few rows, whatever comes out: what is imported on first use is not what is measured.
        few = comparisons(20, 2_000) if "first" in columns else labels(400, n_raters=20)
        with contextlib.suppress(MeasureError, AssertionError):
            WORK[name](few)
        found = timed(lambda: WORK[name](columns), repeats)
    print(json.dumps({**found, "whole": _status("VmHWM:")}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
