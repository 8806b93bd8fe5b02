"""What a report says: frozen values that a page draws, the command line prints and the API answers with."""

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from rubrica.domain.verdict import Verdict

REPORT_FORMAT = "rubrica/report/1"
CALIBRATION_FORMAT = "rubrica/calibration/1"
HEALTH_FORMAT = "rubrica/guideline-health/1"


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
class Habit:
    """How one rater differs from the others, from ``n`` comparisons; or why that cannot be said.

    A signal is what chance alone would hardly make. It is a reason to look, and decides nothing.
    """

    estimate: Estimate | None
    n: int
    refusal: str
    is_signal: bool


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


@dataclass(frozen=True, slots=True)
class Drift:
    """Whether a rater's level against the others has changed: by how much (``habit``), since when, under which version.

    ``line`` is the control chart after its baseline, an alarm where it passes ``limit`` either way; ``versions`` says
    at which place of the line a version of the guideline came into force.
    """

    habit: Habit
    since: datetime | None
    since_version: int | None
    line: tuple[float, ...]
    limit: float
    versions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CriterionHabits:
    """One rater on one scale: scale points above the middle of the panel, width of use as a ratio, and change."""

    criterion: str
    name: str
    bias: Habit
    spread: Habit
    drift: Drift


@dataclass(frozen=True, slots=True)
class SideHabit:
    """How often a rater preferred the image on the left, of the decided comparisons; 0.5 is no side."""

    criterion: str
    name: str
    side: Habit


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item that shows something, with the first of its images that does."""

    key: str
    image: str


@dataclass(frozen=True, slots=True)
class KindAgainstPeers:
    """One kind of fault, in one rater's marks against those of at least two others on the same items.

    ``expected`` counts items where most of the others marked it, ``missed`` those of them where this rater did not;
    ``marked`` counts items where this rater marked it, ``alone`` those of them where none of the others did.
    """

    code: str
    name: str
    expected: int
    missed: int
    marked: int
    alone: int
    missed_items: tuple[ShownItem, ...]
    alone_items: tuple[ShownItem, ...]


@dataclass(frozen=True, slots=True)
class RaterCalibration:
    """One rater. ``name`` is the pseudonym unless the reader may see names."""

    pseudonym: str
    name: str
    n: int
    criteria: tuple[CriterionHabits, ...]
    sides: tuple[SideHabit, ...]
    kinds: tuple[KindAgainstPeers, ...]
    kinds_refusal: str
    n_repeats: int
    same_again: Estimate | None
    """Share of answers that were the same when an item came again unannounced."""
    recall: Estimate | None
    """Share of planted faults found, and of marks that hit one."""
    precision: Estimate | None

    @property
    def signals(self) -> int:
        """How many of the habits are signals."""
        habits = [habit for row in self.criteria for habit in (row.bias, row.spread, row.drift.habit)]
        return sum(habit.is_signal for habit in [*habits, *(row.side for row in self.sides)])


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """Where the variance of the scores lies: between items, between raters, and in how raters read single items.

    The last holds the noise of single ratings too.
    """

    item: Estimate
    rater: Estimate
    reading: Estimate


@dataclass(frozen=True, slots=True)
class CriterionHealth:
    """How one question fares: agreement against what its kind allows, what was asked about it, and why they differ.

    Seconds are median times at work on items where raters gave different answers, and where they gave the same.
    """

    id: str
    name: str
    clause: str
    report: CriterionReport
    band: str
    shares: VarianceShares | None
    shares_refusal: str
    seconds_apart: float | None
    seconds_together: float | None
    cases: int
    rulings: int
    returned: int
    appeals: int


@dataclass(frozen=True, slots=True)
class ClauseHealth:
    """What was asked (``cases``, questions included) and decided about one clause.

    ``wants_change`` where rulings say what the clause should.
    """

    anchor: str
    title: str
    criteria: tuple[str, ...]
    cases: int
    rulings: int
    returned: int
    appeals: int
    cited: int
    wants_change: bool


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """The agreement on a question under a version, and under the one before."""

    version: int
    summary: str
    published_at: datetime
    criterion: str
    name: str
    before: AlphaEstimate | None
    after: AlphaEstimate | None


@dataclass(frozen=True, slots=True)
class GuidelineHealth:
    """How the rules of one version fare, the most troubled first."""

    project: str
    guideline: ReportedGuideline
    criteria: tuple[CriterionHealth, ...]
    clauses: tuple[ClauseHealth, ...]
    changes: tuple[AgreementChange, ...]

    def as_json(self) -> dict[str, object]:
        """Return the health as plain JSON; numbers are finite."""
        plain = _plain(self)
        if not isinstance(plain, dict):
            message = "health is written as an object"
            raise TypeError(message)
        return {"format": HEALTH_FORMAT, **plain}


@dataclass(frozen=True, slots=True)
class RoundCriterion:
    """The agreement on a question before a round's talk and after it, and by how much it rose; or why not."""

    id: str
    name: str
    before: AlphaEstimate | None
    after: AlphaEstimate | None
    lift: Estimate | None
    refusal: str


@dataclass(frozen=True, slots=True)
class RoundResults:
    """What a calibration round brought. Of marks: agreement about places, before and after."""

    criteria: tuple[RoundCriterion, ...]
    marks_before: Estimate | None
    marks_after: Estimate | None
    marks_refusal: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """The habits of raters under one guideline version, each against the others."""

    project: str
    guideline: ReportedGuideline
    raters: tuple[RaterCalibration, ...]

    def as_json(self) -> dict[str, object]:
        """Return the calibration as plain JSON; numbers are finite."""
        plain = _plain(self)
        if not isinstance(plain, dict):
            message = "a calibration is written as an object"
            raise TypeError(message)
        return {"format": CALIBRATION_FORMAT, **plain}


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value
