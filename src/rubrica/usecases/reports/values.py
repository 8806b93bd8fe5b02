"""What a report says: frozen values that a page draws, the command line prints and the API answers with."""

from dataclasses import dataclass, fields, is_dataclass

from rubrica.domain.verdict import Verdict

REPORT_FORMAT = "rubrica/report/1"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """How often one answer was given; ``share`` is of all answers to the criterion."""

    value: str
    label: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Share of pairs of raters who agree about an item; dimensionless, 0 to 1."""

    share: float
    n_items: int
    n_pairs: int


@dataclass(frozen=True, slots=True)
class AlphaEstimate:
    """Krippendorff's alpha with its jackknife interval; dimensionless, at most 1."""

    value: float
    ci_low: float
    ci_high: float
    n_units: int
    n_ratings: int
    level: str


@dataclass(frozen=True, slots=True)
class OptionReport:
    """One option of a ticks criterion, measured as a yes-or-no question of its own."""

    code: str
    label: str
    count: int
    share: float
    alpha: AlphaEstimate | None
    alpha_refusal: str


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """What raters made of the answers that technical checks proposed: ``n`` proposals, ``kept`` of them."""

    n: int
    kept: int
    override_rate: Estimate | None


@dataclass(frozen=True, slots=True)
class CriterionReport:
    """One criterion: what was answered, how far raters agree, and what that means.

    ``n`` counts evaluations that answered it. Where a quantity does not exist, its ``…_refusal`` says why in words.
    ``agreement_for_verdict`` is alpha, or for kind ``pair`` the share of rater pairs that prefer the same side.
    """

    id: str
    name: str
    question: str
    type: str
    kind: str
    n: int
    doubled_items: int
    distribution: tuple[AnswerCount, ...]
    exact: PairAgreement | None
    within_one: PairAgreement | None
    alpha: AlphaEstimate | None
    alpha_refusal: str
    same_side: PairAgreement | None
    mean: Estimate | None
    mean_refusal: str
    verdict: Verdict | None
    options: tuple[OptionReport, ...] = ()
    checked: CheckedReport | None = None


@dataclass(frozen=True, slots=True)
class RaterBias:
    """How far above (+) or below (-) the others one rater answers a criterion, in scale points."""

    criterion: str
    bias: Estimate | None
    n: int
    refusal: str


@dataclass(frozen=True, slots=True)
class RaterReport:
    """One rater. ``name`` is the pseudonym unless the reader may see names."""

    pseudonym: str
    name: str
    n: int
    cannot_judge: int
    median_active_seconds: float | None
    bias: tuple[RaterBias, ...]
    recall: Estimate | None = None
    precision: Estimate | None = None


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often one code was marked, in all and by severity (ascending; severity ``None`` last)."""

    code: str
    name: str
    count: int
    severities: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Where marks lie: mean over evaluations, row by row from the top left, values from 0 to 1."""

    slot: int
    rows: int
    columns: int
    values: tuple[float, ...]
    n_evaluations: int


@dataclass(frozen=True, slots=True)
class KnownDefects:
    """Marks against planted defects: what share was found, and what share of marks hit one."""

    n_items: int
    n_defects: int
    recall: Estimate | None
    precision: Estimate | None
    same_code: Estimate | None
    """Share of the hits whose code is that of the planted defect; None where marks carry no codes."""
    refusal: str
    by_kind: tuple[tuple[str, int, int], ...]
    """(kind, chances to find one, found) over all raters."""


@dataclass(frozen=True, slots=True)
class MarksReport:
    """The marks of all current evaluations under one guideline version."""

    n: int
    codes: tuple[CodeCount, ...]
    heatmaps: tuple[Heatmap, ...]
    known_defects: KnownDefects | None


@dataclass(frozen=True, slots=True)
class ModelWinRate:
    """How often one source model was preferred to all others, ties as half a win."""

    model: str
    wins: int
    losses: int
    ties: int
    rate: Estimate | None


@dataclass(frozen=True, slots=True)
class PairsReport:
    """One comparison criterion of a project of pairs."""

    criterion: str
    name: str
    n: int
    ties: int
    unscored: int
    win_rates: tuple[ModelWinRate, ...]
    win_rates_refusal: str
    first_shown_rate: Estimate | None
    """How often the image shown first (left) was preferred among decided answers; 0.5 is no side bias."""
    side_bias_refusal: str


@dataclass(frozen=True, slots=True)
class RepeatedCriterion:
    """How far raters who judged an item again agreed with themselves on one criterion."""

    criterion: str
    name: str
    n: int
    exact: Estimate | None
    within_one: Estimate | None
    followed_side: Estimate | None
    """Of pairs that were decided both times: how often the same side was preferred though the images had changed it."""
    refusal: str


@dataclass(frozen=True, slots=True)
class RepeatedRater:
    """How far one rater agreed with him- or herself, over all criteria."""

    pseudonym: str
    name: str
    n_repeats: int
    exact: Estimate | None


@dataclass(frozen=True, slots=True)
class RepeatsReport:
    """Consistency of raters with themselves, from items that they were shown again without being told."""

    n: int
    criteria: tuple[RepeatedCriterion, ...]
    raters: tuple[RepeatedRater, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. ``skipped`` counts passed-on assignments; the last two say what the report leaves out."""

    items: int
    items_complete: int
    evaluations: int
    doubled_items: int
    cannot_judge: int
    skipped: int
    raters: int
    superseded: int
    evaluations_of_other_versions: int


@dataclass(frozen=True, slots=True)
class ReportedGuideline:
    """The version whose evaluations the report speaks of."""

    number: int
    content_hash: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a project's current evaluations under one guideline version say."""

    project: str
    name: str
    unit: str
    guideline: ReportedGuideline
    counts: Counts
    criteria: tuple[CriterionReport, ...]
    raters: tuple[RaterReport, ...]
    marks: MarksReport | None
    pairs: tuple[PairsReport, ...]
    repeats: RepeatsReport | None

    def as_json(self) -> dict[str, object]:
        """Return the report as plain JSON; numbers are finite."""
        plain = _plain(self)
        if not isinstance(plain, dict):
            message = "a report is written as an object"
            raise TypeError(message)
        return {"format": REPORT_FORMAT, **plain}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return value
