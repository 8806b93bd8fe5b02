"""Consensus as crowd-kit finds it."""

from importlib import import_module
from typing import Any

import numpy as np

from tools.oracles.agreement import Values
from tools.oracles.inputs import CROWD, IntArray, Ratings
from tools.oracles.preference import winners
from tools.oracles.sets import CROWDS, citations, published_crowd


def crowd_kit() -> Values:
    """Return probabilities for the random crowd, and how often each model is right on published ones."""
    frame = _frame(CROWD)
    models = _models()
    settled = models.pop("Dawid-Skene, converged")
    settled.fit(frame)
    found: Values = {
        "Dawid-Skene, posterior": settled.probas_.sort_index()[sorted(settled.probas_)].to_numpy().ravel().tolist(),
        "Dawid-Skene, priors": settled.priors_.sort_index().tolist(),
    }
    one_coin = import_module("crowdkit.aggregation").OneCoinDawidSkene(n_iter=2000, tol=-1.0).fit(frame)
    found["one coin, posterior"] = one_coin.probas_.sort_index()[sorted(one_coin.probas_)].to_numpy().ravel().tolist()
    found["one coin, hit rates"] = one_coin.skills_.sort_index().tolist()
    for name in CROWDS:
        columns, control, truth = published_crowd(name)
        for model, fitted in _models().items():
            labels = fitted.fit_predict(_frame(columns)).sort_index().to_numpy()
            found[f"{name}, {model}"] = float(np.mean(labels[control] == truth))
    found["citations, Bradley-Terry"] = _bradley_terry()
    return found


def _models() -> dict[str, Any]:
    peer = import_module("crowdkit.aggregation")
    return {
        "majority": peer.MajorityVote(),
        "Dawid-Skene": peer.DawidSkene(n_iter=100),
        # A change of the loss is never below -1: all iterations are done.
        "Dawid-Skene, converged": peer.DawidSkene(n_iter=500, tol=-1.0),
        "GLAD": peer.GLAD(n_iter=100),
        "MACE": peer.MACE(n_restarts=10, n_iter=50, random_state=0),
    }


def _frame(columns: Ratings) -> Any:
    frame = import_module("pandas").DataFrame(columns._asdict())
    return frame.rename(columns={"units": "task", "raters": "worker", "values": "label"}).astype({"label": int})


def _bradley_terry() -> list[float]:
    peer, pandas = import_module("crowdkit.aggregation"), import_module("pandas")
    games = citations()
    won: IntArray = winners(games)
    frame = pandas.DataFrame({"left": games.first, "right": games.second, "label": won})
    scores = np.log(peer.BradleyTerry(n_iter=10_000).fit_predict(frame).sort_index().to_numpy())
    return [float(score) for score in scores[1:] - scores[0]]
