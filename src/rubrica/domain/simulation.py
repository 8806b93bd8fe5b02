"""Simulated raters: people of known skill, bias and care, who answer items with known defects.

They fill the demo, and they test the measurements: what a report says about a rater can be compared with what the rater
was made to be. Everything is decided by the arguments, so the same rater gives the same item the same answer for ever.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rubrica.domain import simulated_answers as simulated
from rubrica.domain.blinding import Presentation
from rubrica.domain.conditions import AnswerValue, first_that_holds
from rubrica.domain.criterion import NOT_APPLICABLE, Criterion, Option
from rubrica.domain.dependencies import decide, is_asked, is_void
from rubrica.domain.mark import SLOTS, Box
from rubrica.domain.problems import as_object
from rubrica.domain.rubric import Rubric
from rubrica.domain.simulated_marks import Drawn, Seen, draw_mark
from rubrica.domain.simulated_words import Words, explanation, note_of_doubt
from rubrica.domain.verdict import QuestionKind

_CANNOT_JUDGE: Final = 0.012
"""Share of items a rater declines to judge."""
_NOT_SURE: Final = 0.25
"""How often somebody who sees hardly a difference says so, rather than choosing."""
_HARDLY_A_DIFFERENCE: Final = 0.12
_VOLUNTARY_EXPLANATION: Final = 0.35
_FALSE_TICK: Final = 0.08
_GRAVEST: Final = 4
_MAJOR: Final = 3

_SPREAD: Final[dict[QuestionKind, float]] = {
    "factual": 0.5,
    "alignment": 0.9,
    "artifact": 0.9,
    "quality": 1.0,
    "aesthetics": 1.6,
    "pair": 1.0,
}
"""How far apart people are on each kind of question, compared with quality."""

_TICK_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "blur": ("sharp", "blur", "focus"),
    "noise": ("noise", "grain"),
    "jpeg": ("compress", "jpeg", "block"),
    "compression": ("compress", "jpeg", "block"),
    "exposure": ("expos", "bright", "dark"),
    "colour_cast": ("colour", "color", "tint"),
    "swirl": ("shape", "distort"),
    "clone": ("duplicate", "clone"),
    "extra": ("extra", "duplicate"),
}
"""Which options of a list of ticks speak of a planted defect."""


@dataclass(frozen=True, slots=True)
class SimulatedRater:
    """A rater whose habits are known.

    Attributes
    ----------
    skill
        From 0 to 1: chance to find defects, and how exactly they are marked and scored.
    bias
        Scale points added to every score; positive is lenient.
    care
        From 0 to 1: chance to look properly and to write a real explanation.
    seed
        Decides everything that is left to chance.
    """

    name: str
    skill: float
    bias: float
    care: float
    seed: int


def cast() -> tuple[SimulatedRater, ...]:
    """Return the six raters of the demo, from the best to the one who needs help."""
    return (
        SimulatedRater("Ada", skill=0.93, bias=-0.1, care=0.97, seed=101),
        SimulatedRater("Bruno", skill=0.82, bias=0.5, care=0.90, seed=102),
        SimulatedRater("Chidi", skill=0.86, bias=-0.5, care=0.95, seed=103),
        SimulatedRater("Dana", skill=0.68, bias=0.1, care=0.80, seed=104),
        SimulatedRater("Emil", skill=0.55, bias=0.9, care=0.60, seed=105),
        SimulatedRater("Farah", skill=0.38, bias=-0.2, care=0.35, seed=106),
    )


def answer(
    rater: SimulatedRater,
    rubric: Rubric,
    truth: Sequence[Mapping[str, object]],
    item_seed: int,
    presentation: Presentation,
    prompt: str = "",
) -> dict[str, object]:
    """Return what a rater would send for an item, as shown to that rater.

    Parameters
    ----------
    rater
        Who answers.
    rubric
        What is asked.
    truth
        The item's known defects: ``slot``, ``kind``, ``code``, ``box`` and ``severity`` of each, and ``part`` if known.
    item_seed
        Decides what is left open by the defects, alike for all raters: how well the image is made, what it shows.
    presentation
        Which image was shown where.
    prompt
        The item's prompt, whose words can be chosen.

    Returns
    -------
    dict
        A payload that :func:`rubrica.domain.answer.parse_answer` accepts under ``rubric``.

    Raises
    ------
    ValueError
        A known defect is not written as described.
    """
    return _Sitting(rater, rubric, item_seed, presentation, prompt).payload(truth)


class _Sitting:
    """One rater before one item."""

    def __init__(
        self, rater: SimulatedRater, rubric: Rubric, item_seed: int, presentation: Presentation, prompt: str
    ) -> None:
        self.rater = rater
        self.rubric = rubric
        self.item_seed = item_seed
        self.presentation = presentation
        self.prompt = prompt
        self.random = np.random.default_rng(_hashed(rater.seed, rater.name, item_seed, rubric.key))
        self.looks = bool(self.random.random() < rater.care + 0.4 * (1 - rater.care))

    def payload(self, truth: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Return the whole answer."""
        if self.rubric.cannot_judge and self.random.random() < _CANNOT_JUDGE:
            return self._declined()
        seen = [defect for defect in map(_read_defect, truth) if self._notices(defect)]
        seen = [defect for defect in seen if defect.slot < self.rubric.images]
        answers = self._answers(seen)
        marks = self._marks(seen, answers)
        return {
            "answers": {key: list(value) if isinstance(value, tuple) else value for key, value in answers.items()},
            "marks": [drawn.mark.as_json() for drawn in marks],
            "explanation": self._explanation(answers, marks),
            "cannot_judge": None,
            "viewing": self._viewing(len(marks)),
        }

    def _declined(self) -> dict[str, object]:
        reasons = self.rubric.cannot_judge
        reason = reasons[int(self.random.integers(len(reasons)))]
        note = note_of_doubt(reason.code, self.random) if self.looks else ""
        return {
            "answers": {},
            "marks": [],
            "explanation": "",
            "cannot_judge": {"reason": reason.code, "note": note},
            "viewing": self._viewing(0),
        }

    def _notices(self, defect: Seen) -> bool:
        log_odds = -1.4 + 1.1 * defect.severity + 4.0 * (self.rater.skill - 0.5)
        if not self.looks:
            log_odds -= 2.0
        return bool(self.random.random() < 1 / (1 + math.exp(-log_odds)))

    def _answers(self, seen: Sequence[Seen]) -> dict[str, AnswerValue]:
        answers: dict[str, AnswerValue] = {}
        for criterion in self.rubric.criteria:
            value = self._answered(criterion, seen, answers)
            if value is not None and value != "":
                answers[criterion.id] = value
        return answers

    def _answered(
        self, criterion: Criterion, seen: Sequence[Seen], above: Mapping[str, AnswerValue]
    ) -> AnswerValue | None:
        if criterion.type == "decision":
            return decide(criterion, above)
        if not is_asked(criterion, above):
            return None
        return NOT_APPLICABLE if is_void(criterion, above) else self._given(criterion, seen)

    def _given(self, criterion: Criterion, seen: Sequence[Seen]) -> AnswerValue:
        match criterion.type:
            case "ticks":
                return self._ticked(criterion, seen)
            case "choice":
                return self._as_shown(criterion, self._chosen(criterion, seen))
            case "scale":
                return self._level(criterion, seen)
            case _:
                return self._of_a_fact(criterion, seen)

    def _of_a_fact(self, criterion: Criterion, seen: Sequence[Seen]) -> AnswerValue:
        # Chance of its own: a question that is added leaves the answers to the others as they were.
        random = np.random.default_rng(_hashed(self.rater.seed, self.item_seed, criterion.id))
        skill = self.rater.skill if self.looks else self.rater.skill / 2
        match criterion.type:
            case "yes_no":
                return simulated.yes_or_no(criterion, skill, self._shared, random)
            case "count":
                return simulated.count(criterion, skill, self._shared, random)
            case "words":
                return simulated.words(self.prompt, skill, self._shared, random)
            case "ranking":
                return simulated.ranking(self._worth(criterion, seen, random))
            case "best_worst":
                return simulated.best_and_worst(self._worth(criterion, seen, random))
            case _:
                return simulated.instruction(criterion, random)

    def _shared(self, *names: object) -> float:
        return _shared(self.item_seed, *names)

    def _worth(self, criterion: Criterion, seen: Sequence[Seen], random: np.random.Generator) -> list[float]:
        """Return how good each image of a set seems, by the place at which it is shown."""
        worth = [self._shared(criterion.id, slot) for slot in range(self.rubric.images)]
        for defect in seen:
            worth[defect.slot] -= 0.1 * defect.severity
        blur = 0.05 + 0.3 * (1 - self.rater.skill)
        return [worth[slot] + float(random.normal(0.0, blur)) for slot in self.presentation.order]

    def _level(self, criterion: Criterion, seen: Sequence[Seen]) -> int:
        lowest, highest = criterion.levels[-1].value, criterion.levels[0].value
        if any(defect.severity >= _GRAVEST for defect in seen) and criterion.kind == "quality":
            return lowest
        share = self._quality(criterion, seen) + self._error(criterion.kind)
        return int(np.clip(round(lowest + share * (highest - lowest) + self.rater.bias), lowest, highest))

    def _quality(self, criterion: Criterion, seen: Sequence[Seen]) -> float:
        """Return how good the unit is on this question, from 0 to 1: by what all raters share, and by what was seen."""
        given = _shared(self.item_seed, criterion.id)
        worst = max((defect.severity for defect in seen), default=0)
        if criterion.kind in {"quality", "artifact"}:
            return 1.0 - 0.22 * worst - 0.18 * given
        if criterion.kind in {"alignment", "factual"}:
            return 1.0 - 0.75 * given * math.sqrt(given)
        return 0.85 - 0.65 * given - 0.06 * worst

    def _error(self, kind: QuestionKind) -> float:
        spread = (0.07 + 0.20 * (1 - self.rater.skill)) * _SPREAD[kind]
        return float(self.random.normal(0.0, spread if self.looks else spread + 0.22))

    def _chosen(self, criterion: Criterion, seen: Sequence[Seen]) -> Option:
        """Return the option meant, by item slots."""
        scored = [option for option in criterion.options if option.score is not None]
        if not scored:
            return self._preferred(criterion)
        scores = [option.score for option in scored if option.score is not None]
        lowest, highest = min(scores), max(scores)
        if not criterion.mirrored:
            wanted = lowest + (self._quality(criterion, seen) + self._error(criterion.kind)) * (highest - lowest)
            return min(scored, key=lambda option: abs((option.score or 0.0) - wanted))
        return self._compared(criterion, scored, self._difference(criterion, seen), highest)

    def _preferred(self, criterion: Criterion) -> Option:
        """Return an option without a score: usually the one that fits the item, else any."""
        options = criterion.options
        fitting = int(_shared(self.item_seed, criterion.id) * len(options))
        fits = self.looks and self.random.random() < 0.4 + 0.6 * self.rater.skill
        return options[fitting if fits else int(self.random.integers(len(options)))]

    def _difference(self, criterion: Criterion, seen: Sequence[Seen]) -> float:
        """Return by how much the image of slot 0 is better, roughly from -1 to 1; the careless lean to the left."""
        worth = [0.35 * _shared(self.item_seed, criterion.id, slot) for slot in range(2)]
        for defect in seen:
            worth[defect.slot] -= 0.06 * defect.severity * (1 + defect.severity)
        pull = 0.15 * (1 - self.rater.care) * (-1 if self.presentation.is_mirrored else 1)
        return worth[0] - worth[1] + pull + self._error(criterion.kind)

    def _compared(self, criterion: Criterion, scored: Sequence[Option], difference: float, highest: float) -> Option:
        without = [option for option in criterion.options if option.score is None]
        hardly = abs(difference) < _HARDLY_A_DIFFERENCE
        if hardly and without and self.random.random() < _NOT_SURE:
            return without[0]
        wanted = 1.4 * difference * highest
        closest = min(abs((option.score or 0.0) - wanted) for option in scored)
        fitting = [option for option in scored if abs((option.score or 0.0) - wanted) == closest]
        good = _shared(self.item_seed, "both good") < 0.7  # noqa: PLR2004  (most pairs are good)
        return fitting[0] if good else fitting[-1]

    def _as_shown(self, criterion: Criterion, option: Option) -> str:
        if self.presentation.is_mirrored:
            return criterion.mirrored.get(option.code, option.code)
        return option.code

    def _ticked(self, criterion: Criterion, seen: Sequence[Seen]) -> tuple[str, ...]:
        ticked: dict[str, Option] = {}
        for defect in sorted(seen, key=lambda defect: -defect.severity):
            option = _option_for(criterion, defect)
            if option is not None:
                ticked.setdefault(option.group or option.code, option)
        if self.random.random() < _FALSE_TICK * (1 + 3 * (1 - self.rater.care)):
            option = criterion.options[int(self.random.integers(len(criterion.options)))]
            ticked.setdefault(option.group or option.code, option)
        return tuple(self._as_shown(criterion, option) for option in ticked.values())

    def _marks(self, seen: Sequence[Seen], answers: Mapping[str, AnswerValue]) -> list[Drawn]:
        if not self.rubric.marks.shapes:
            return []
        drawn = [self._drawn(defect) for defect in seen]
        required = first_that_holds(self.rubric.marks.required_when, answers, 0)
        if required is not None and not drawn:
            # Scored low without having found anything: somewhere has to be pointed at.
            drawn.append(self._drawn(self._false_alarm()))
        return drawn

    def _drawn(self, defect: Seen) -> Drawn:
        shown = SLOTS[self.presentation.order.index(defect.slot)]
        return draw_mark(self.rubric, defect, shown, self.rater.skill, self.rater.bias, self.random)

    def _false_alarm(self) -> Seen:
        width, height = self.random.uniform(0.06, 0.22, 2).tolist()
        x, y = self.random.uniform(0.0, 1.0 - max(width, height), 2).tolist()
        return Seen(int(self.random.integers(self.rubric.images)), "", "", Box(x, y, width, height), 1)

    def _explanation(self, answers: Mapping[str, AnswerValue], marks: Sequence[Drawn]) -> str:
        rule = self.rubric.explanation
        if rule is None:
            return ""
        worst = max((drawn.severity for drawn in marks), default=0)
        required = first_that_holds(rule.required_when, answers, worst) is not None
        if not required and self.random.random() > _VOLUNTARY_EXPLANATION * self.rater.care:
            return ""
        words = Words(
            rubric=self.rubric,
            marks=tuple(marks),
            better=self._better_side(answers),
            satisfied=not required and self._is_satisfied(answers),
            plain=self.looks and bool(self.random.random() < self.rater.care),
            limit=rule.max_characters,
        )
        return explanation(words, self.random)

    def _is_satisfied(self, answers: Mapping[str, AnswerValue]) -> bool:
        """Tell whether no scale was answered below its middle."""
        for criterion in self.rubric.criteria:
            value = answers.get(criterion.id)
            if (
                isinstance(value, int)
                and criterion.levels
                and 2 * value <= criterion.levels[0].value + criterion.levels[-1].value
            ):
                return False
        return True

    def _better_side(self, answers: Mapping[str, AnswerValue]) -> str | None:
        """Return the side preferred, as shown, in the first comparison; ``None`` for a tie or a single image."""
        for criterion in self.rubric.criteria:
            value = answers.get(criterion.id)
            if criterion.mirrored and isinstance(value, str):
                score = criterion.option_of[value].score
                mirror = criterion.mirrored.get(value)
                if not score or mirror is None:
                    return None
                return "A" if score > 0 else "B"
        return None

    def _viewing(self, marks: int) -> dict[str, object]:
        pace = 0.45 + 0.75 * self.rater.care if self.looks else 0.3
        active = (6_000 + 4_000 * len(self.rubric.criteria) + 7_000 * marks) * pace * self.random.lognormal(0.0, 0.3)
        width, height, ratio = ((1440, 900, 2.0), (1920, 1080, 1.0), (1366, 768, 1.0))[self.rater.seed % 3]
        return {
            "device_pixel_ratio": ratio,
            "viewport_width": width,
            "viewport_height": height,
            "maximum_zoom": round(1.0 + 3.0 * float(self.random.random()) * self.rater.care, 1),
            "active_ms": round(active),
            "first_action_ms": round(min(active, 700 + 1_800 * float(self.random.random()))),
        }


def _option_for(criterion: Criterion, defect: Seen) -> Option | None:
    """Return the option that speaks of a defect: the last of its like for a grave one (minor stands before major)."""
    words = _TICK_WORDS.get(defect.kind, ())
    fitting = [option for option in criterion.options if any(word in option.code for word in words)]
    if not fitting:
        return None
    return fitting[-1 if defect.severity >= _MAJOR else 0]


def _read_defect(defect: Mapping[str, object]) -> Seen:
    box = as_object(defect.get("box"))
    slot, severity = defect.get("slot", 0), defect.get("severity")
    if box is None or not isinstance(slot, int) or not isinstance(severity, int):
        raise ValueError(f"a known defect has slot, kind, code, box and severity, not {dict(defect)!r}")
    corner = [box.get(key) for key in ("x", "y", "width", "height")]
    x, y, width, height = (float(value) if isinstance(value, (int, float)) else math.nan for value in corner)
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 < width <= 1 and 0 < height <= 1):
        raise ValueError(f"the box of a known defect lies inside the image, unlike {dict(box)!r}")
    kind, code, part = (defect.get(key) for key in ("kind", "code", "part"))
    return Seen(slot, str(kind or ""), str(code or ""), Box(x, y, width, height), severity, str(part) if part else None)


def _hashed(*parts: object) -> int:
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=16).digest())


def _shared(item_seed: int, *names: object) -> float:
    """Return a number in ``[0, 1)`` that belongs to the item and is the same for every rater."""
    return (_hashed(item_seed, *names) >> 75) / 2**53
