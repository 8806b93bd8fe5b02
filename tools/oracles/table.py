"""The page `docs/reference/science.md`: what was published, what a peer computes from the same data, and what we do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rubrica.measure.agreement.alpha import krippendorff_alpha
from rubrica.measure.agreement.icc import icc_agreement, icc_consistency, icc_one_way
from rubrica.measure.agreement.kappa import brennan_prediger, cohen_kappa, conger_kappa, fleiss_kappa, gwet_ac1
from rubrica.measure.consensus.dawid_skene import dawid_skene
from rubrica.measure.consensus.glad import glad
from rubrica.measure.consensus.mace import mace
from rubrica.measure.consensus.majority import majority_vote
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.measure.opinion.screening import remove_bias, screen_raters
from rubrica.measure.opinion.subject_model import subject_model
from rubrica.measure.preference.pairwise import bradley_terry
from rubrica.measure.preference.scale import differences
from rubrica.measure.variance.components import variance_components
from tools.oracles import sets
from tools.oracles.agreement import published_ratings
from tools.oracles.inputs import FloatArray, IntArray, Ratings, columns_of, from_counts, from_cross_table

PAGE: Final = sets.ROOT / "docs" / "reference" / "science.md"

_HEAD: Final = """# Published, by peers, by us

What papers and handbooks print, what another package computes from the same data, and what `rubrica.measure` does,
rounded alike. *Published* is empty where the data are public and the figure is not. The peers' values come from
`make oracles`, which asks each package in an environment of its own; `tests/measure/test_peers.py` compares with them,
on random data too, and fails when this page is out of date. A figure of a peer in brackets is known to be wrong, and
the published one decides.

Two published figures do not come out. Dawid and Skene's model is published as 0.940 right on D_Product, which is where
the peer stops before the maximum; at the maximum the peer, too, has 0.939. MACE is published with equal shares of the
categories; ours estimates them, and is right more often.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page, its numbers as they are printed."""

    what: str
    published: str
    peer: str
    ours: str


def _row(what: str, ours: float, decimals: int, *, published: float | None = None, peer: str = "") -> Row:
    """Return a line; a peer is named with the value it gave, ``package: case``, and its place in a list of values."""
    return Row(
        what=what,
        published="" if published is None else f"{published:.{decimals}f}",
        peer=_peer(peer, decimals) if peer else "",
        ours=f"{ours:.{decimals}f}",
    )


def _peer(told: str, decimals: int) -> str:
    package, _, case = told.partition(": ")
    case, _, place = case.partition(" @")
    value = sets.reference(f"peers_{package.lower().replace('-', '_')}")["values"][case]
    return f"{value[int(place)] if place else value:.{decimals}f} ({package})"


# --- agreement


def _alphas() -> Iterator[Row]:
    names = {"Krippendorff 2011": "krippendorff_2011", "three coders": "three_coders"}
    for name, (columns, levels) in published_ratings().items():
        printed = sets.reference(names[name])["alpha"] if name in names else {}
        for level in levels:
            found = krippendorff_alpha(columns.units, columns.values, level=level).alpha  # type: ignore[arg-type]  # (one of the four levels)
            case = f"krippendorff: {name}, {level}"
            yield _row(f"alpha, {name}, {level}", found, 3, published=printed.get(level), peer=case)


def _kappas() -> Iterator[Row]:
    units, raters, values = columns_of(sets.reference("gwet_four_raters")["ratings"])
    known = {
        "gwet_ac1": ("AC1 of Gwet", gwet_ac1(units, values), "gwet"),
        "fleiss_kappa": ("kappa of Fleiss", fleiss_kappa(units, values), "fleiss"),
        "conger_kappa": ("kappa of Conger", conger_kappa(units, raters, values), "conger"),
        "brennan_prediger": ("coefficient of Brennan and Prediger", brennan_prediger(units, values), "bp"),
    }
    for name, (label, found, peer) in known.items():
        printed = sets.reference("gwet_four_raters")[name]
        told, case = f"{label}, Gwet 2014", f"irrCAC: Gwet 2014, {peer}, identity"
        yield _row(told, found.coefficient, 5, published=printed[2], peer=f"{case} @2")
        yield _row(f"{told}, standard error", found.standard_error, 5, published=printed[3], peer=f"{case} @3")
    fleiss = sets.reference("fleiss_1971")
    psychiatrists = from_counts(fleiss["counts"])
    kappa = fleiss_kappa(psychiatrists.units, psychiatrists.values).coefficient
    yield _row("kappa, Fleiss 1971", kappa, 3, published=fleiss["kappa"], peer="statsmodels: Fleiss 1971")
    cohen = sets.reference("cohen_1968")
    judges, weights = from_cross_table(cohen["counts"]), 1.0 - np.array(cohen["disagreement"]) / 6.0
    plain, weighted = cohen_kappa(*judges), cohen_kappa(*judges, weights=weights)
    yield _row("kappa, Cohen 1968", plain.coefficient, 3, published=cohen["kappa"], peer="statsmodels: Cohen 1968")
    yield _row(
        "weighted kappa, Cohen 1968",
        weighted.coefficient,
        3,
        published=cohen["weighted_kappa"],
        peer="statsmodels: Cohen 1968, weighted",
    )


def _correlations() -> Iterator[Row]:
    example = sets.reference("shrout_fleiss_1979")
    units, raters, values = columns_of([list(judge) for judge in zip(*example["ratings"], strict=True)])
    forms = {
        "one_way": (icc_one_way(units, values), "1"),
        "agreement": (icc_agreement(units, raters, values), "2"),
        "consistency": (icc_consistency(units, raters, values), "3"),
    }
    for form, (found, number) in forms.items():
        printed = example[form]
        yield _row(f"ICC({number},1), Shrout and Fleiss 1979", found.single, 2, published=printed["single"][0])
        yield _row(f"ICC({number},k), Shrout and Fleiss 1979", found.average, 2, published=printed["average"][0])


# --- consensus

_RIGHT: Final = {"majority": 0.897, "Dawid-Skene": 0.940, "GLAD": 0.928, "MACE": 0.929}
"""Ustalov, Pavlichenko and Tseitlin (2024), Learning from crowds with Crowd-Kit, JOSS 9(96), 6227, on D_Product."""


def _crowds() -> Iterator[Row]:
    names = {"d_product": "D_Product", "bluebirds": "bluebirds", "dogs": "dogs", "faces": "faces"}
    for name in sets.CROWDS:
        columns, control, truth = sets.published_crowd(name)
        models = {
            "majority": majority_vote(columns.units, columns.values).consensus,
            "Dawid-Skene": dawid_skene(*columns, method="em").consensus.consensus,
            "GLAD": glad(*columns).consensus.consensus,
            "MACE": mace(*columns).consensus.consensus,
        }
        for model, consensus in models.items():
            right = float(np.mean(consensus[control] == truth))
            published = _RIGHT[model] if name == "d_product" else None
            yield _row(
                f"right on {names[name]}, {model}", right, 3, published=published, peer=f"crowd-kit: {name}, {model}"
            )


# --- opinion

_PANELS: Final = {
    "vqeg_hd3": {"MOS": (2.75, 0.59), "BT.500": (2.74, 0.60), "P.913": (2.39, 0.49), "P.910": (2.30, 0.46)},
    "nflx_public_last4outliers": {
        "MOS": (2.97, 0.62),
        "BT.500": (2.57, 0.54),
        "P.913": (2.55, 0.50),
        "P.910": (2.52, 0.44),
    },
}
"""Li et al. (2020), A simple model for subject behavior in subjective experiments, tables of NBIC and of lengths."""


def _panels() -> Iterator[Row]:
    for name, printed in _PANELS.items():
        columns = sets.published_panel(name)
        label = {"vqeg_hd3": "VQEG HD3", "nflx_public_last4outliers": "NFLX with outliers"}[name]
        for kind, length in _lengths(columns).items():
            case = f"sureal: {name}, {kind} @1"
            yield _row(f"length of intervals, {label}, {kind}", length, 2, published=printed[kind][1], peer=case)
        found = subject_model(*columns, "p910")
        case = f"sureal: {name}, P.910 @0"
        yield _row(f"NBIC, {label}, P.910", found.nbic, 2, published=printed["P.910"][0], peer=case)


def _lengths(columns: Ratings) -> dict[str, float]:
    """Return the mean length of 95 % intervals by each Recommendation, which all take 1.96 for t."""
    unbiased = remove_bias(*columns).values
    kept = screen_raters(*columns, "population").kept
    still = screen_raters(*columns[:2], unbiased, "population").kept
    model = subject_model(*columns, "p910")
    return {
        "MOS": _length(columns.units, columns.values),
        "BT.500": _length(columns.units[kept], columns.values[kept]),
        "P.913": _length(columns.units[still], unbiased[still]),
        "P.910": float(np.mean(model.quality_high - model.quality_low)),
    }


def _length(units: IntArray, values: FloatArray) -> float:
    found = mean_opinion(units, values)
    return float(np.mean(2 * 1.96 * found.standard_deviation / np.sqrt(found.n_ratings)))


def _images() -> Iterator[Row]:
    columns = {"image_appeal": "appeal_mean", "realism": "realism_mean", "prompt_matching": "prompt_matching_mean"}
    published = {row["image_key"]: row for row in sets.rows_of("avt_ai_images", "all_ratings.csv")}
    for criterion, column in columns.items():
        ratings, names = sets.avt("2022", criterion, repeats=True)
        found = mean_opinion(ratings.units, ratings.values).mean
        keys = [name.removeprefix("./stimuli/").removesuffix(".png") for name in names]
        theirs = [float(published[key][column]) for key in keys]
        what = f"mean opinions that equal the authors', AVT 2022, {criterion.replace('_', ' ')}"
        yield _row(what, int(np.isclose(found, theirs, rtol=0.0, atol=1e-9).sum()), 0, published=sets.AVT_IMAGES)


# --- preference


def _comparisons() -> Iterator[Row]:
    found = differences(bradley_terry(*sets.citations()), [1, 2, 3], [0, 0, 0])
    journals = ("Comm Statist", "JASA", "JRSS-B")
    printed = zip((-2.94907, -0.47957, 0.26895), (0.10255, 0.06059, 0.07083), strict=True)
    wrong = sets.reference("peers_crowd_kit")["values"]["citations, Bradley-Terry"]
    choix = sets.reference("peers_choix")["values"]["citations, Bradley-Terry"]
    for place, (journal, (score, error)) in enumerate(zip(journals, printed, strict=True)):
        peers = f"{choix[place + 1] - choix[0]:.5f} (choix), [{wrong[place]:.5f}] (crowd-kit)"
        ours = f"{found.difference[place]:.5f}"
        yield Row(f"citations, {journal} against Biometrika, Agresti 2002", f"{score:.5f}", peers, ours)
        yield _row(f"citations, {journal}, standard error", found.standard_error[place], 5, published=error)
    scores = bradley_terry(*sets.baseball())
    told = np.array(sets.reference("peers_choix")["values"]["baseball, Bradley-Terry"])
    theirs, sorted_scores = np.sort(told[1:] - told[0]), np.sort(scores.scores[1:] - scores.scores[0])
    for place, published in enumerate((0.68, 1.11, 1.25, 1.29, 1.44, 1.58)):
        what = f"baseball against Baltimore, number {place + 1}, Agresti 2002"
        yield Row(what, f"{published:.2f}", f"{theirs[place]:.2f} (choix)", f"{sorted_scores[place]:.2f}")
    home = bradley_terry(*sets.baseball(), side=True).side
    if home is not None:
        yield _row("baseball, playing at home, Agresti 2002", home.estimate, 3, published=0.302)
    ties = bradley_terry(*sets.springall(), ties="davidson").ties
    newman = 2.0 * sets.reference("peers_evalica")["values"]["springall, Newman, ties"]
    if ties is not None:
        yield Row("Davidson's nu, Springall 1973", "", f"{newman:.4f} (evalica)", f"{ties.estimate:.4f}")


# --- variance


def _components() -> Iterator[Row]:
    rows = sets.rows_of("facets_gtheory", "Brennan.3.2.csv")
    person, task, rater, score = ([int(row[key]) for row in rows] for key in ("Person", "Task", "Rater", "Score"))
    facets = {"person": person, "task": task, "rater": rater}
    found = variance_components(facets, score, nested={"rater": "task"})
    printed = {
        "person": 0.4731,
        "task": 0.3252,
        "rater in task": 0.6475,
        "person × task": 0.5596,
        "person × rater in task": 2.3802,
    }
    for effect, variance in zip(found.effects, found.variance.tolist(), strict=True):
        yield _row(f"variance, {effect}, Brennan 2001, table 3.2", variance, 4, published=printed[effect])


# --- the page


def sections() -> dict[str, list[Row]]:
    """Return the lines of the page by heading, computed now."""
    return {
        "Agreement": [*_alphas(), *_kappas(), *_correlations()],
        "Consensus": list(_crowds()),
        "Opinion": [*_panels(), *_images()],
        "Preference": list(_comparisons()),
        "Variance": list(_components()),
    }


def page(found: dict[str, list[Row]]) -> str:
    """Return the text of the page of these lines."""
    parts = [_HEAD]
    for heading, rows in found.items():
        parts.append(f"## {heading}\n")
        lines = [f"| {row.what} | {row.published} | {row.peer} | {row.ours} |" for row in rows]
        parts.append("\n".join(["| What | Published | Peer | Ours |", "|---|---:|---:|---:|", *lines]) + "\n")
    return "\n".join(parts)


def write() -> None:
    """Bring the page up to date, and print it."""
    text = page(sections())
    PAGE.write_text(text, encoding="utf-8")
    print(text)
