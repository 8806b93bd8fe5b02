"""Scales from comparisons and rankings as choix and evalica compute them."""

from importlib import import_module

import numpy as np

from tools.oracles.agreement import Values
from tools.oracles.inputs import COMPARISONS, RANKINGS, WITH_TIES, Comparisons, FloatArray, IntArray
from tools.oracles.sets import baseball, citations, springall


def winners(games: Comparisons) -> IntArray:
    """Return the preferred item of each comparison; there may be no tie among them."""
    return np.where(games.scores > 0, games.first, games.second)


def choix() -> Values:
    """Return the scores of Bradley and Terry and of Plackett and Luce, centred."""
    peer = import_module("choix")
    found: Values = {}
    for name, games in (("comparisons", COMPARISONS), ("citations", citations()), ("baseball", baseball())):
        pairs = np.stack((winners(games), games.first + games.second - winners(games)), axis=1).tolist()
        size = int(max(games.first.max(), games.second.max())) + 1
        found[f"{name}, Bradley-Terry"] = _centred(peer.opt_pairwise(size, pairs, tol=1e-10, method="Newton-CG"))
    ordered = RANKINGS.tolist()
    size = int(RANKINGS.max()) + 1
    found["rankings, Plackett-Luce"] = _centred(peer.opt_rankings(size, ordered, tol=1e-10, method="Newton-CG"))
    return found


def evalica() -> Values:
    """Return the scores of Bradley and Terry, and those of Newman beside his parameter of ties."""
    peer = import_module("evalica")
    found: Values = {}
    for name, games in (("comparisons", COMPARISONS), ("citations", citations())):
        scores = peer.bradley_terry(*_told(games), tolerance=1e-14, limit=1_000_000).scores.sort_index()
        found[f"{name}, Bradley-Terry"] = _centred(np.log(scores.to_numpy()))
    for name, games in (("comparisons with ties", WITH_TIES), ("springall", springall())):
        result = peer.newman(*_told(games), tolerance=1e-14, limit=1_000_000)
        found[f"{name}, Newman"] = _centred(np.log(result.scores.sort_index().to_numpy()))
        found[f"{name}, Newman, ties"] = float(result.v)
    return found


def _told(games: Comparisons) -> tuple[list[int], list[int], list[object]]:
    winner = import_module("evalica").Winner
    outcome = {1: winner.X, -1: winner.Y, 0: winner.Draw}
    return games.first.tolist(), games.second.tolist(), [outcome[score] for score in games.scores.tolist()]


def _centred(scores: FloatArray) -> list[float]:
    return [float(score) for score in scores - np.mean(scores)]
