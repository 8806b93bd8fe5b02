"""Consistency of raters with themselves: the same item judged twice, the second time unannounced."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rubrica.domain.criterion import Criterion
from rubrica.domain.rubric import Rubric
from rubrica.records.models import GuidelineVersion, Project
from rubrica.records.queries.repeats import answers_given_twice
from rubrica.usecases.reports.estimates import share
from rubrica.usecases.reports.raters import Person
from rubrica.usecases.reports.values import Estimate, RepeatedCriterion, RepeatedRater, RepeatsReport

FEWEST: Final = 10
"""Repeats below which a share says more of chance than of raters."""

_TOO_FEW = "{n} repeats so far; it takes at least {fewest} to tell consistency from luck."
_LISTS: Final = frozenset({"ticks", "words", "text", "ranking", "best_worst"})
"""Types of which an answer is more, or less, than one value that can come again."""

Answer = tuple[str, float | None]


@dataclass(frozen=True, slots=True)
class Twice:
    """What one rater answered to one criterion of one item, the first time and the second."""

    rater: int
    first: Answer
    second: Answer

    @property
    def is_same(self) -> bool:
        """Whether both times the same was answered."""
        return self.first[0] == self.second[0]

    @property
    def distance(self) -> float | None:
        """How far apart the scores are; None where an answer has none."""
        (_, one), (_, other) = self.first, self.second
        return None if one is None or other is None else abs(one - other)

    @property
    def followed_side(self) -> bool | None:
        """Whether the other image was preferred once sides were exchanged; None where a side was not preferred."""
        (_, one), (_, other) = self.first, self.second
        return None if not one or not other else (one > 0) != (other > 0)


def repeats_report(
    project: Project, version: GuidelineVersion, rubric: Rubric, people: Mapping[int, Person], until: int | None = None
) -> RepeatsReport | None:
    """Return how far raters agreed with themselves, or None where nobody has judged an item twice.

    ``people`` is by account id. Answers to pairs are by image, not by side, so the same image preferred at another side
    is the same answer.
    """
    first: dict[tuple[int, int, str], Answer] = {}
    second: dict[tuple[int, int, str], Answer] = {}
    repeated: set[tuple[int, int]] = set()
    for row in answers_given_twice(project, version, until):
        answers = second if row.is_repeat else first
        answers[row.item, row.rater, row.criterion] = (row.value, row.score)
        if row.is_repeat:
            repeated.add((row.item, row.rater))
    if not repeated:
        return None
    twice: dict[str, list[Twice]] = defaultdict(list)
    for key in sorted(first.keys() & second.keys()):
        twice[key[2]].append(Twice(key[1], first[key], second[key]))
    asked = [criterion for criterion in rubric.criteria if criterion.type not in _LISTS]
    return RepeatsReport(
        n=len(repeated),
        criteria=tuple(_criterion(criterion, twice[criterion.id]) for criterion in asked),
        raters=_raters(people, repeated, [each for criterion in asked for each in twice[criterion.id]]),
    )


def _criterion(criterion: Criterion, answers: Sequence[Twice]) -> RepeatedCriterion:
    n = len(answers)
    if n < FEWEST:
        refusal = _TOO_FEW.format(n=n, fewest=FEWEST)
        return RepeatedCriterion(criterion.id, criterion.name, n, None, None, None, refusal)
    sides = [side for answer in answers if (side := answer.followed_side) is not None]
    distances = [distance for answer in answers if (distance := answer.distance) is not None]
    return RepeatedCriterion(
        criterion=criterion.id,
        name=criterion.name,
        n=n,
        exact=share(sum(answer.is_same for answer in answers), n),
        within_one=_within_one(distances) if criterion.type == "scale" else None,
        followed_side=share(sum(sides), len(sides)) if criterion.kind == "pair" else None,
        refusal="",
    )


def _within_one(distances: Sequence[float]) -> Estimate | None:
    return share(sum(distance <= 1 for distance in distances), len(distances))


def _raters(
    people: Mapping[int, Person], repeated: set[tuple[int, int]], answers: Sequence[Twice]
) -> tuple[RepeatedRater, ...]:
    rows = []
    for account, person in people.items():
        n_repeats = sum(rater == account for _, rater in repeated)
        own = [answer for answer in answers if answer.rater == account]
        if n_repeats:
            exact = share(sum(answer.is_same for answer in own), len(own)) if n_repeats >= FEWEST else None
            rows.append(RepeatedRater(person.pseudonym, person.name, n_repeats, exact))
    return tuple(sorted(rows, key=lambda row: row.name))
