"""The tasks of `measure` as other packages do them; run by the environment that ``make oracles`` builds."""

import contextlib
import io
import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.measure_inputs import Columns, load

BYTES, SECONDS = 6 << 30, 120
"""A peer that asks for more memory, or for more of the processor, is stopped."""


def crowd_kit(columns: Columns) -> Any:
    """Prepare twenty iterations of Dawid and Skene."""
    frame = import_module("pandas").DataFrame(
        {"task": columns["units"], "worker": columns["raters"], "label": columns["values"]}
    )
    model = import_module("crowdkit.aggregation").DawidSkene
    # A change of the loss is never below -1: all iterations are done.
    return lambda: model(n_iter=20, tol=-1.0).fit(frame.astype({"label": int}))


def krippendorff(level: str) -> Any:
    """Prepare alpha from the matrix of raters by units that the peer wants."""

    def prepared(columns: Columns) -> Any:
        alpha = import_module("krippendorff").alpha
        table = np.full((int(columns["raters"].max()) + 1, int(columns["units"].max()) + 1), np.nan)
        table[columns["raters"], columns["units"]] = columns["values"]
        return lambda: alpha(reliability_data=table, level_of_measurement=level)

    return prepared


def sureal(model: str) -> Any:
    """Prepare the model of P.910, by Newton and Raphson as its paper has it or by alternating projection."""

    def prepared(columns: Columns) -> Any:
        reader = import_module("sureal.dataset_reader").RawDatasetReader
        peer = getattr(import_module("sureal.subjective_model"), model)
        n_units = int(columns["units"].max()) + 1
        videos: list[dict[str, Any]] = [
            {"content_id": 0, "asset_id": unit, "path": str(unit), "os": {}} for unit in range(n_units)
        ]
        for unit, rater, value in zip(*(column.tolist() for column in columns.values()), strict=True):
            videos[unit]["os"][f"{rater:05}"] = value
        dataset = SimpleNamespace(ref_videos=[{"content_id": 0, "path": ""}], dis_videos=videos)
        return lambda: peer(reader(dataset)).run_modeling()

    return prepared


def choix(columns: Columns) -> Any:
    """Prepare one spectral step, the only estimator of the peer that ends at this size."""
    lsr_pairwise = import_module("choix").lsr_pairwise
    preferred = columns["scores"] > 0
    pairs = np.where(preferred, (columns["first"], columns["second"]), (columns["second"], columns["first"]))
    games = list(map(tuple, pairs.T.tolist()))
    return lambda: lsr_pairwise(int(pairs.max()) + 1, games, alpha=1e-6)


def evalica(columns: Columns) -> Any:
    """Prepare Bradley and Terry's model, to the peer's own tolerance."""
    peer = import_module("evalica")
    outcome = [peer.Winner.X if score > 0 else peer.Winner.Y for score in columns["scores"].tolist()]
    one, other = columns["first"].tolist(), columns["second"].tolist()
    return lambda: peer.bradley_terry(one, other, outcome, limit=1_000)


WORK = {
    "choix": choix,
    "crowd-kit": crowd_kit,
    "evalica": evalica,
    "krippendorff, interval": krippendorff("interval"),
    "krippendorff, ordinal": krippendorff("ordinal"),
    "sureal": sureal("MaximumLikelihoodEstimationModelContentOblivious"),
    "sureal, alternating": sureal("SubjectMLEModelProjectionSolver2"),
}


def main(task: str, path: str) -> None:
    """Print the seconds of one run, its input ready, and the peak of the process's memory."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            work = WORK[task](load(path))
            begun, busy = time.perf_counter(), time.process_time()
            work()
            found: dict[str, Any] = {"wall": [time.perf_counter() - begun], "processor": [time.process_time() - busy]}
        except MemoryError:
            found = {"refused": f"asks for more than {BYTES >> 30} GiB"}
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    print(json.dumps({**found, "whole": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
