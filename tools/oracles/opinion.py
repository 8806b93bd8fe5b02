"""Opinions of panels, and scales from preferences, as sureal recovers them."""

import io
from contextlib import redirect_stdout
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np

from tools.oracles.agreement import Values
from tools.oracles.inputs import COMPARISONS, PANEL, IntArray, Ratings, table_of
from tools.oracles.preference import winners
from tools.oracles.sets import PANELS, published_panel, sharpened_images


def sureal() -> Values:
    """Return all that the peer is asked; its account of every iteration goes unread."""
    with redirect_stdout(io.StringIO()):
        return _panels() | _preferences()


def _panels() -> Values:
    """Return qualities, biases and inconsistencies of the random panel, and summaries of published ones."""
    models = import_module("sureal.subjective_model")
    fitted = models.MaximumLikelihoodEstimationModelContentOblivious(_reader(PANEL)).run_modeling()
    found: Values = {
        "panel, P.910, quality": _floats(fitted["quality_scores"]),
        "panel, P.910, length": [float(low + high) for low, high in zip(*fitted["quality_scores_ci95"], strict=True)],
        "panel, P.910, bias": _floats(fitted["observer_bias"]),
        "panel, P.910, inconsistency": _floats(fitted["observer_inconsistency"]),
        "panel, mean": _floats(models.MosModel(_reader(PANEL)).run_modeling()["quality_scores"]),
    }
    found["panel, P.913, bias"] = _floats(models.BiasremvMosModel(_reader(PANEL)).run_modeling()["observer_bias"])
    kinds = {
        "MOS": models.MosModel,
        "BT.500": models.SubjrejMosModel,
        "P.913": models.BiasremvSubjrejMosModel,
        "P.910": models.MaximumLikelihoodEstimationModelContentOblivious,
    }
    for name in PANELS:
        for kind, model in kinds.items():
            result = model(_reader(published_panel(name))).run_modeling()
            low, high = result["quality_scores_ci95"]
            rejected = float(np.sum(result.get("observer_rejected", 0)))
            found[f"{name}, {kind}"] = [float(result["bic"]), float(np.mean(low) + np.mean(high)), rejected]
    return found


def _floats(column: Any) -> list[float]:
    return [float(value) for value in column]


def _reader(columns: Ratings) -> Any:
    """Return the panel as the peer reads one: a list of videos, each with the scores of its subjects by name."""
    table = table_of(columns).T
    videos = [
        {
            "content_id": 0,
            "asset_id": unit,
            "path": str(unit),
            "os": {f"{rater:02}": float(value) for rater, value in enumerate(row) if not np.isnan(value)},
        }
        for unit, row in enumerate(table)
    ]
    dataset = SimpleNamespace(ref_videos=[{"content_id": 0, "path": ""}], dis_videos=videos)
    return import_module("sureal.dataset_reader").RawDatasetReader(dataset)


def _preferences() -> Values:
    """Return scores and standard errors of random and of real preferences, by two models."""
    models = import_module("sureal.pc_subjective_model")
    kinds = {
        "Bradley-Terry": models.BradleyTerryMlePairedCompSubjectiveModel,
        "Thurstone": models.ThurstoneMlePairedCompSubjectiveModel,
    }
    won = winners(COMPARISONS)
    # A subject sees a pair once: each comparison has a subject of its own.
    asked = {
        "comparisons": (won, COMPARISONS.first + COMPARISONS.second - won, [str(row) for row in range(len(won))]),
        "sharpened images": sharpened_images(),
    }
    found: Values = {}
    for name, preferences in asked.items():
        for kind, model in kinds.items():
            result = model(_preference_reader(*preferences)).run_modeling(zscore_output=False)
            found[f"{name}, {kind}"] = _floats(result["quality_scores"])
            found[f"{name}, {kind}, standard errors"] = _floats(result["quality_scores_std"])
    return found


def _preference_reader(preferred: IntArray, other: IntArray, raters: list[str]) -> Any:
    """Return preferences as the peer reads them: a list of videos, each with what it was preferred to by whom."""
    videos: list[dict[str, Any]] = [
        {"content_id": 0, "asset_id": unit, "path": str(unit), "os": {}}
        for unit in range(1 + int(max(preferred.max(), other.max())))
    ]
    for winner, loser, rater in zip(preferred.tolist(), other.tolist(), raters, strict=True):
        videos[winner]["os"][rater, loser] = 1
    dataset = SimpleNamespace(ref_videos=[{"content_id": 0, "path": ""}], dis_videos=videos)
    return import_module("sureal.dataset_reader").PairedCompDatasetReader(dataset)
