"""What adaptive overlap saves: the rule of the queue, replayed on real answers about images.

Each image has its raters in a random order, drawn anew each time. The rule takes two, and one more until three of four
agree. A fixed overlap is what it has to beat: how many raters of each image would be as good. Of questions that the
most frequent answer decides, good is to decide as all raters do; of scales, which the product leaves alone for what is
printed here, to come near to the mean of the half of the raters who were set aside.
"""

import csv
import os
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from rubrica.domain.adaptive_overlap import AGREEING, is_settled
from rubrica.domain.templates import template_rubric

DATA: Final = Path(os.environ.get("RUBRICA_DATA", "../shared/data"))
FEWEST: Final = 2
MOST_OF_SCALES: Final = 8
DRAWS: Final = 40
QUESTIONS: Final = {
    "task-count-0": "how many there are",
    "task-position-x": "left or right of it",
    "task-real-0": "how real it looks, of 3",
    "task-quality": "fit to the caption, of 4",
    "task-color-0": "which colour, in words",
}
SCALES: Final = (
    ("ratings_appeal_realism_prompt_2022_12_02.csv", ("range_image_appeal", "range_realism", "range_prompt_matching")),
    ("ratings_quality_appeal_2023_02_17.csv", ("range_image_quality", "range_image_appeal")),
)
_CHOICE: Final = next(each for each in template_rubric("prompt-checklist").criteria if each.type == "yes_no")

Draw: TypeAlias = Callable[[np.random.Generator], tuple[float, float, list[float]]]
"""Raters an image, badness by the rule, and badness with one rater of each image, two, and so on."""


def report() -> None:
    """Print one line a question, and one a scale."""
    print(f"\nadaptive overlap: median of {DRAWS} replays and their range")
    print("question                    raters an image     as bad as all alike   fixed overlap as good   saved")
    if (DATA / "geneval").is_dir():
        for column, label in QUESTIONS.items():
            _line(label, _of_choices(_answers(column)))
    else:
        print(f"choices left out: {DATA / 'geneval'} is not there")
    if (DATA / "avt_ai_images").is_dir():
        for name, scales in SCALES:
            for scale in scales:
                _line(f"{scale.removeprefix('range_')} {name[-14:-10]}", _of_scales(_ratings(name, scale)))
    else:
        print(f"scales left out: {DATA / 'avt_ai_images'} is not there")


def _answers(column: str) -> list[list[str]]:
    """Return what the five raters of each image answered."""
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    with (DATA / "geneval" / "annotations_all.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row[f"Answer.{column}"]:
                rows[row["image_set"], row["Input.index"]].append(row[f"Answer.{column}"])
    return [given for given in rows.values() if len(given) == 5]


def _ratings(name: str, scale: str) -> list[list[float]]:
    """Return the ratings of each image by those who rated nearly all of them."""
    rows: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with (DATA / "avt_ai_images" / name).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["rating_type"] == scale:
                rows[row["user_ID"]][row["stimuli_file"]] = float(row["rating"])
    most = max(len(given) for given in rows.values())
    complete = [given for given in rows.values() if len(given) >= 0.95 * most]
    images = sorted({image for given in complete for image in given})
    return [[given[image] for given in complete if image in given] for image in images]


def _of_choices(answers: list[list[str]]) -> Draw:
    def draw(random: np.random.Generator) -> tuple[float, float, list[float]]:
        taken, wrong = [], []
        by_overlap: list[list[bool]] = [[] for _ in range(5)]
        for given in answers:
            full = _decided(given, np.random.default_rng(0))
            order = [str(value) for value in random.permutation(given)]
            number = _stopping(order, len(order), lambda some: is_settled(_CHOICE, [(value, None) for value in some]))
            taken.append(number)
            wrong.append(_decided(order[:number], random) != full)
            for place, row in enumerate(by_overlap):
                row.append(_decided(order[: place + 1], random) != full)
        return statistics.fmean(taken), statistics.fmean(wrong), [statistics.fmean(row) for row in by_overlap]

    return draw


def _of_scales(ratings: list[list[float]]) -> Draw:
    def draw(random: np.random.Generator) -> tuple[float, float, list[float]]:
        taken, errors = [], []
        by_overlap: list[list[float]] = [[] for _ in range(MOST_OF_SCALES)]
        for given in ratings:
            order = random.permutation(given)
            mean, others = order[: len(order) // 2].mean(), order[len(order) // 2 :]
            number = _stopping(others, MOST_OF_SCALES, _within_a_level)
            taken.append(number)
            errors.append(others[:number].mean() - mean)
            for place, row in enumerate(by_overlap):
                row.append(others[: place + 1].mean() - mean)
        return statistics.fmean(taken), _size(errors), [_size(row) for row in by_overlap]

    return draw


def _stopping(order: Sequence[object], most: int, content: Callable[[Sequence[object]], bool]) -> int:
    return next((number for number in range(FEWEST, most) if content(order[:number])), most)


def _within_a_level(given: Sequence[object]) -> bool:
    levels = np.asarray(given, dtype=np.float64)
    return bool(np.mean(np.abs(levels - np.median(levels)) <= 1) >= AGREEING)


def _decided(given: Sequence[str], random: np.random.Generator) -> str:
    counts = Counter(given)
    leading = sorted(value for value, count in counts.items() if count == max(counts.values()))
    return leading[int(random.integers(len(leading)))]


def _size(errors: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


def _line(label: str, draw: Draw) -> None:
    drawn = [draw(np.random.default_rng(seed)) for seed in range(DRAWS)]
    costs, bad = [cost for cost, _bad, _fixed in drawn], [bad for _cost, bad, _fixed in drawn]
    fixed = np.mean([row for _cost, _bad, row in drawn], axis=0)
    equivalent = float(np.interp(-statistics.fmean(bad), -fixed, np.arange(1, len(fixed) + 1)))
    cost = statistics.median(costs)
    print(
        f"{label:26} {cost:5.2f} ({min(costs):.2f}-{max(costs):.2f})   {statistics.median(bad):.3f} "
        f"({min(bad):.3f}-{max(bad):.3f})   {equivalent:18.2f}   {1 - cost / equivalent:+.0%}"
    )
