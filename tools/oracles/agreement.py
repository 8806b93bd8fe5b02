"""Agreement as other packages measure it: krippendorff, irrCAC, statsmodels and scikit-learn."""

from importlib import import_module
from typing import Final

import numpy as np

from tools.oracles.inputs import CROWD, PAIR, PANEL, RATINGS, Ratings, columns_of, counts_of, from_counts, table_of
from tools.oracles.sets import AVT_SCALES, avt, dsg, geneval, reference, tifa

LEVELS: Final = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS: Final = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio")
FULL_SCALE: Final = (1, 2, 3, 4, 5)
GENEVAL: Final = {
    "caption fit": ("Answer.task-quality", "ordinal"),
    "position": ("Answer.task-position-x", "nominal"),
}
IMAGE_SETS: Final = ("if-xl", "sdv2", "clip")

Values = dict[str, float | list[float]]


def published_ratings() -> dict[str, tuple[Ratings, tuple[str, ...]]]:
    """Return the published tables whose alpha is known, each with the levels it is known at."""
    tables = {
        "Krippendorff 2011": (columns_of(reference("krippendorff_2011")["ratings"]), LEVELS),
        "three coders": (columns_of(reference("three_coders")["ratings"]), ("nominal", "interval")),
        "TIFA": (tifa(), ("ordinal", "interval")),
        "DSG": (dsg(), ("ordinal", "interval")),
    }
    for name, scale in AVT_SCALES.items():
        tables[name] = avt(*scale, repeats=False)[0], ("ordinal", "interval")
    for name, (question, level) in GENEVAL.items():
        for images in IMAGE_SETS:
            tables[f"GenEval {name}, {images}"] = geneval(images, question), (level,)
    return tables


def krippendorff() -> Values:
    """Return alpha of every table, random and published, at the levels it is measured at."""
    peer = import_module("krippendorff")
    tables = {name: (columns, LEVELS) for name, columns in RATINGS.items()} | published_ratings()
    return {
        f"{name}, {level}": float(peer.alpha(reliability_data=table_of(columns), level_of_measurement=level))
        for name, (columns, levels) in tables.items()
        for level in levels
    }


def irrcac() -> Values:
    """Return observed and expected agreement, coefficient and standard error, under every weighting."""
    pandas, raw = import_module("pandas"), import_module("irrCAC.raw")
    found: Values = {}
    tables = {name: RATINGS[name] for name in ("complete, 5 levels", "sparse, 5 levels")}
    tables["Gwet 2014"] = columns_of(reference("gwet_four_raters")["ratings"])
    for name, columns in tables.items():
        frame = pandas.DataFrame(table_of(columns).T)
        for weights in WEIGHTS:
            study = raw.CAC(frame, weights=weights, categories=list(FULL_SCALE), digits=12)
            for coefficient in ("gwet", "bp", "fleiss", "conger"):
                estimate = getattr(study, coefficient)()["est"]
                found[f"{name}, {coefficient}, {weights}"] = [
                    float(estimate[key]) for key in ("pa", "pe", "coefficient_value", "se")
                ]
    return found


def statsmodels() -> Values:
    """Return kappas of Fleiss and Cohen, and components of variance by restricted maximum likelihood."""
    inter_rater = import_module("statsmodels.stats.inter_rater")
    psychiatrists = from_counts(reference("fleiss_1971")["counts"])
    pair = table_of(PAIR)
    cohen = inter_rater.cohens_kappa(inter_rater.to_table(pair.T)[0])
    judges = reference("cohen_1968")
    cross, distance = np.array(judges["counts"]), np.array(judges["disagreement"])
    return {
        "Cohen 1968": float(inter_rater.cohens_kappa(cross).kappa),
        "Cohen 1968, weighted": float(inter_rater.cohens_kappa(cross, weights=distance).kappa),
        "Fleiss 1971": float(inter_rater.fleiss_kappa(counts_of(psychiatrists))),
        "Fleiss, complete, 5 levels": float(inter_rater.fleiss_kappa(counts_of(RATINGS["complete, 5 levels"]))),
        "Cohen, two raters": float(cohen.kappa),
        "components of the panel": _components(PANEL),
    }


def _components(columns: Ratings) -> list[float]:
    """Return the variance of units, of raters and of the rest, both facets crossed and random."""
    pandas, api = import_module("pandas"), import_module("statsmodels.api")
    frame = pandas.DataFrame(columns._asdict()).assign(all=0)
    model = api.MixedLM.from_formula(
        "values ~ 1",
        groups="all",
        vc_formula={"units": "0 + C(units)", "raters": "0 + C(raters)"},
        re_formula="0",
        data=frame,
    )
    fitted = model.fit(reml=True, method=["lbfgs", "powell"])
    shares = dict(zip(model.exog_vc.names, fitted.vcomp.tolist(), strict=True))
    # Its search ends within 2e-5 of the solution, and not twice in the same place.
    return [round(variance, 4) for variance in (shares["units"], shares["raters"], float(fitted.scale))]


def scikit_learn() -> Values:
    """Return Cohen's kappa under every weighting, and the logarithmic loss of shares of a crowd's answers."""
    metrics = import_module("sklearn.metrics")
    one, other = table_of(PAIR)
    found: Values = {
        f"Cohen, two raters, {weights or 'identity'}": float(metrics.cohen_kappa_score(one, other, weights=weights))
        for weights in (None, "linear", "quadratic")
    }
    shares = counts_of(CROWD) / counts_of(CROWD).sum(axis=1, keepdims=True)
    found["log loss of the crowd"] = float(metrics.log_loss(np.arange(len(shares)) % 3, 0.9 * shares + 0.1 / 3))
    return found
