"""Published sets, by name: small tables among the reference values, larger ones in the folder of real data.

Like `inputs`, this is read in every environment and imports nothing but numpy.  What a set is and where it is from is
said in the reference values and beside the data; nothing of the data is stored here.
"""

import csv
import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np

from tools.oracles.inputs import Comparisons, FloatArray, IntArray, Ratings, spread_out

ROOT: Final = Path(__file__).parents[2]
REFERENCE_VALUES: Final = ROOT / "tests" / "measure" / "reference_values"
DATA: Final = Path(os.environ.get("RUBRICA_DATA") or ROOT.parent / "shared" / "data")


def reference(name: str) -> dict[str, Any]:
    """Return a file of reference values."""
    found: dict[str, Any] = json.loads((REFERENCE_VALUES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rows_of(*path: str) -> list[dict[str, str]]:
    """Return the rows of a file in the folder of real data."""
    with DATA.joinpath(*path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def numbered(labels: list[str]) -> IntArray:
    """Return the place of each label in alphabetical order."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


CROWDS: Final = ("d_product", "bluebirds", "dogs", "faces")
PANELS: Final = ("nflx_public", "nflx_public_last4outliers", "vqeg_hd3", "agh_tv_2017")


def published_crowd(name: str) -> tuple[Ratings, IntArray, FloatArray]:
    """Return the answers of a crowd (Zheng et al., 2017), and the units whose category is known, with it."""
    rows = sorted(rows_of("zheng2017", f"{name}_answer.csv"), key=lambda row: (row["question"], row["worker"]))
    known = {row["question"]: float(row["truth"]) for row in rows_of("zheng2017", f"{name}_truth.csv")}
    questions, units = np.unique([row["question"] for row in rows], return_inverse=True)
    control = [(unit, known[question]) for unit, question in enumerate(questions.tolist()) if question in known]
    answers = np.array([float(row["answer"]) for row in rows])
    columns = Ratings(units.astype(np.int64), numbered([row["worker"] for row in rows]), answers)
    return columns, np.array([unit for unit, _ in control]), np.array([truth for _, truth in control])


def published_panel(name: str) -> Ratings:
    """Return the opinion scores of a panel that the reference software of P.910 comes with."""
    rows = rows_of("sureal_itu", f"{name}.csv")
    scores = np.array([float(row["score"]) for row in rows])
    return Ratings(numbered([row["asset_id"] for row in rows]), numbered([row["subject"] for row in rows]), scores)


AVT_IMAGES: Final = 146
AVT_FILES: Final = {
    "2022": "ratings_appeal_realism_prompt_2022_12_02.csv",
    "2023": "ratings_quality_appeal_2023_02_17.csv",
}
AVT_SCALES: Final = {
    "AVT 2022, appeal": ("2022", "image_appeal"),
    "AVT 2022, prompt matching": ("2022", "prompt_matching"),
    "AVT 2022, realism": ("2022", "realism"),
    "AVT 2023, appeal": ("2023", "image_appeal"),
    "AVT 2023, quality": ("2023", "image_quality"),
}


def avt(year: str, criterion: str, *, repeats: bool) -> tuple[Ratings, list[str]]:
    """Return the ratings of 146 generated images by the raters who finished, and the names of the images.

    Parameters
    ----------
    year, criterion
        Which panel, and which question it was asked.
    repeats
        Keep the votes that a rater gave again; else the first of each rater and image.
    """
    rows = [row for row in rows_of("avt_ai_images", AVT_FILES[year]) if row["rating_type"] == f"range_{criterion}"]
    votes: dict[str, int] = {}
    for row in rows:
        votes[row["user_ID"]] = votes.get(row["user_ID"], 0) + 1
    rows = [row for row in rows if votes[row["user_ID"]] >= AVT_IMAGES]
    if not repeats:
        rows = list({(row["user_ID"], row["stimuli_file"]): row for row in reversed(rows)}.values())
    names = sorted({row["stimuli_file"] for row in rows})
    values = np.array([float(row["rating"]) for row in rows])
    raters = numbered([row["user_ID"] for row in rows])
    return Ratings(numbered([row["stimuli_file"] for row in rows]), raters, values), names


def tifa() -> Ratings:
    """Return two ratings each of how far 800 generated images follow their prompt."""
    path = DATA / "tifa_dsg" / "tifa_human_annotations.json"
    scores = [image["human_scores"] for image in json.loads(path.read_text(encoding="utf-8")).values()]
    units = np.repeat(np.arange(len(scores)), 2)
    return Ratings(units, np.tile([0, 1], len(scores)), np.array(scores, dtype=np.float64).ravel())


def dsg() -> Ratings:
    """Return five ratings each of the same 800 images, by other raters."""
    rows = rows_of("tifa_dsg", "dsg_tifa160-likert-anns.csv")
    units = numbered([f"{row['t2i_model']} {row['item_id']}" for row in rows])
    raters = numbered([row["worker_id"] for row in rows])
    return Ratings(units, raters, np.array([float(row["answer"]) for row in rows]))


def geneval(images: str, question: str) -> Ratings:
    """Return five answers each to a question about 400 images of one generator; whose they are is not told apart."""
    rows = [row for row in rows_of("geneval", "annotations_all.csv") if row["image_set"] == images and row[question]]
    rows.sort(key=lambda row: (row["Input.prompt_id"], row["Input.image_id"]))
    units = numbered([f"{row['Input.prompt_id']} {row['Input.image_id']}" for row in rows])
    order = np.argsort(units, kind="stable")
    answers = numbered([row[question] for row in rows])[order]
    units = units[order]
    within = np.arange(len(units)) - np.searchsorted(units, units)
    return Ratings(units, within.astype(np.int64), answers.astype(np.float64))


def citations() -> Comparisons:
    """Return who cites whom among Biometrika, Communications in Statistics, JASA and JRSS-B, in this order."""
    rows = [row for row in rows_of("bradleyterry2", "citations.csv") if row["cited"] != row["citing"]]
    names = sorted({row["cited"] for row in rows})
    return spread_out(
        [(names.index(row["cited"]), names.index(row["citing"]), int(row["count"]), 0, 0) for row in rows]
    )


def baseball() -> Comparisons:
    """Return the games of seven teams, the home team first; Baltimore is item 0."""
    rows = rows_of("bradleyterry2", "baseball.csv")
    names = sorted({row["home.team"] for row in rows})
    return spread_out(
        [
            (names.index(row["home.team"]), names.index(row["away.team"]), *_wins(row, "home.wins", "away.wins"), 0)
            for row in rows
        ]
    )


def _wins(row: dict[str, str], one: str, other: str) -> tuple[int, int]:
    return int(row[one]), int(row[other])


def springall() -> Comparisons:
    """Return Springall's tastings of nine treatments, with ties."""
    rows = rows_of("bradleyterry2", "springall.csv")
    keys = ("row", "col", "win", "loss", "tie")
    cells = [[int(float(row[key])) for key in keys] for row in rows]
    return spread_out([(one - 1, other - 1, win, loss, tie) for one, other, win, loss, tie in cells])


def sharpened_images() -> tuple[IntArray, IntArray, list[str]]:
    """Return the preferred and the other item of each of 2 128 preferences (Krasula et al., 2017), and the raters."""
    rows = rows_of("sureal_itu", "lukas_pc_sharpened_images.csv")
    preferred = np.array([int(row["asset_id"]) for row in rows])
    other = np.array([int(row["versus_asset_id"]) for row in rows])
    return preferred, other, [row["subject"] for row in rows]
