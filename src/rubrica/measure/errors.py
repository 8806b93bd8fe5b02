"""The facts that keep a quantity from existing, each an error with a name.

Where the data do not determine a quantity, ``rubrica.measure`` raises one of these instead of returning NaN, zero or a
warning.  The message is written to be shown to the person who asked.
"""


class MeasureError(ValueError):
    """A quantity was asked for that the data, or the arguments, do not determine."""


class ColumnShapeError(MeasureError):
    """A column is not one-dimensional, or not of the length of the others."""


class NotNumericError(MeasureError):
    """A column holds something that is not a number, or not an integer where identities are expected."""


class MissingValueError(MeasureError):
    """A column holds NaN, infinity or a masked entry; a rating that was not given is a row that is left out."""


class ValueTooLargeError(MeasureError):
    """A value is too large to be squared, or an integer too large to be told from its neighbours as a float."""


class NegativeValueError(MeasureError):
    """A value below zero where the level of measurement has a true zero (ratio)."""


class UnknownLevelError(MeasureError):
    """A level of measurement other than nominal, ordinal, interval or ratio."""


class ConfidenceError(MeasureError):
    """A confidence that is not strictly between 0 and 1."""


class ToleranceError(MeasureError):
    """A tolerance or threshold outside the range in which it has a meaning."""


class NoRatingsError(MeasureError):
    """There is not one rating."""


class NoPairableUnitsError(MeasureError):
    """No unit was rated at least twice, so no two ratings can be compared."""


class NoVariationError(MeasureError):
    """All ratings are equal, so nothing distinguishes agreement from chance."""


class TooManyValuesError(MeasureError):
    """More distinct values than the method can compare with each other."""


class NoIntervalError(MeasureError):
    """The estimate exists but its interval does not.

    Attributes
    ----------
    estimate : float
        The estimate, for those who want to see it without an interval.
    """

    def __init__(self, message: str, *, estimate: float) -> None:
        super().__init__(message)
        self.estimate = estimate


class TooFewUnitsError(NoIntervalError):
    """One unit alone cannot show how the estimate varies from unit to unit."""


class TooFewRatingsError(MeasureError):
    """Nobody, or no unit, has the two ratings from which a spread can be estimated."""


class OffTheScaleError(MeasureError):
    """A value that is not one of the levels of the scale."""


class SelfComparisonError(MeasureError):
    """A comparison of something with itself."""


class NoDecisionsError(MeasureError):
    """Every comparison is a tie, so no side was ever preferred."""


class GeometryError(MeasureError):
    """A region that is not a region: outside the image, no extent, too few corners, or broken run lengths."""


class NoRegionsError(MeasureError):
    """No region on the side that the quantity counts."""


class WeightsError(MeasureError):
    """Weights of partial agreement that are no weights of the categories at hand."""


class NotTwoRatersError(MeasureError):
    """A method for two raters was given the ratings of one, or of more than two."""


class RepeatedRatingError(MeasureError):
    """A rater rated a unit twice where the method knows one rating for each."""


class IncompleteDesignError(MeasureError):
    """A rating is missing where the method needs every unit rated by every rater, or equally often."""


class NegativeVarianceError(MeasureError):
    """The estimate divides by a variance that is itself estimated to be zero or less."""


class NoDisagreementError(MeasureError):
    """No two ratings of one unit differ, so there is no disagreement to divide."""


class DisconnectedComparisonsError(MeasureError):
    """Groups of items that never meet, so nothing says where one group stands against another.

    Attributes
    ----------
    components : tuple of tuple of int
        The items of each group, ascending; the largest group first.
    """

    def __init__(self, message: str, *, components: tuple[tuple[int, ...], ...]) -> None:
        super().__init__(message)
        self.components = components


class UnboundedScoresError(MeasureError):
    """The likelihood grows without end as some scores do, so no finite scores are the most likely.

    Attributes
    ----------
    items : tuple of int
        The items that were never preferred to, or never behind, all others; empty where no such group is the reason.
    """

    def __init__(self, message: str, *, items: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.items = items


class UndeterminedSideError(MeasureError):
    """No item changed sides in a way that tells the effect of the side from the items' scores."""


class NoTiesError(MeasureError):
    """There is not one tie, so a model of ties has nothing to be estimated from."""


class UnknownTieModelError(MeasureError):
    """A treatment of ties that the method does not know."""


class PriorError(MeasureError):
    """A prior that is not one: a standard deviation, or a number of imagined answers, that is not positive."""


class UnknownItemError(MeasureError):
    """An item that does not stand on the scale."""


class TooManyItemsError(MeasureError):
    """More items than can all have an interval at once; some have to be named."""


class TooFewTriadsError(MeasureError):
    """No three items were all compared with each other and decided."""


class TiedRanksError(MeasureError):
    """Two items share a rank where the model knows an order only."""


class BestWorstError(MeasureError):
    """A set that does not have one best and one worst item."""


class TooFewRatersError(MeasureError):
    """Too few raters to be compared with each other, or to be told apart."""


class TooManyRatersError(MeasureError):
    """More raters than the method can weigh against each other."""


class UnknownMethodError(MeasureError):
    """A method of estimation, or a convention, that does not exist under that name."""


class DisconnectedDesignError(MeasureError):
    """Two groups of raters share no unit, so their biases cannot be told from the quality of their units."""


class CollapsedVarianceError(MeasureError):
    """The likelihood grows without end as one rater's variance falls to zero, so it has no maximum."""


class NotConvergedError(MeasureError):
    """The iterations allowed were used up before the estimate stood still."""


class FacetError(MeasureError):
    """A facet that the study does not have, or that is nested in one it does not have."""


class UndeterminedComponentError(MeasureError):
    """The design holds no two ratings whose difference would show a component of variance."""


class TooFewLevelsError(MeasureError):
    """Fewer than three units, raters, ...: leaving one out does not show how an estimate varies among them."""


class NoSignalError(MeasureError):
    """The units do not differ by more than disagreement explains, so no number of raters tells them apart."""


class TargetError(MeasureError):
    """A target that is not one, or that no number of raters reaches."""


class UnknownUnitError(MeasureError):
    """A control item that is none of the units for which there is a consensus."""


class RepeatedUnitError(MeasureError):
    """A control item with more than one known value."""


class NoTemperatureError(MeasureError):
    """No temperature fits best: the consensus is right on every control item, or no better than a guess."""


class UnknownRaterError(MeasureError):
    """A rater of whom nothing is known where each label is weighed by who gave it."""


class ErrorRatesError(MeasureError):
    """Error rates of raters that are not probabilities, or not of the shape of raters and categories."""


class OverlapError(MeasureError):
    """A number of labels that an item is to have which is not one, or a least number above the largest."""


class CostError(MeasureError):
    """A cost, a loss or a worth that is negative or not finite."""


class ArrivalError(MeasureError):
    """Two labels of one item that arrived at the same time, so that neither is the earlier one."""


class BatchError(MeasureError):
    """A number of pairs to ask for that is not one, or more than there are."""


class TooFewItemsError(MeasureError):
    """Fewer than two items, so there is nothing to compare."""


class MixedLabelsError(MeasureError):
    """A column whose labels have no order in common: numbers beside words, or things that are neither."""


class ScaleOrderError(MeasureError):
    """Words without an order where one is needed, or an order that names a word twice."""


class ControlChartError(MeasureError):
    """A setting of a control chart outside the range in which it has a meaning."""


class TiedTimesError(MeasureError):
    """Two ratings by one rater at the same time, so that their order is not known."""


class NoRepeatsError(MeasureError):
    """Nobody rated a unit twice, so nobody can be compared with themselves."""


class DurationError(MeasureError):
    """A duration that is not positive."""


class ProbabilityError(MeasureError):
    """A number that stands for a probability, or a share, and is none."""


class UnboundedSeverityError(MeasureError):
    """The likelihood grows without end as the severity of a rater does, so no finite severity is the most likely.

    Attributes
    ----------
    raters : tuple of int
        The raters who only ever used one end of the scale; empty where no such rater is the reason.
    """

    def __init__(self, message: str, *, raters: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.raters = raters


class MixedContentsError(MeasureError):
    """A unit that stands with more than one content."""
