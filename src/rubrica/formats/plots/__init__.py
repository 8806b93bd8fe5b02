"""Plots of results: pure functions from numbers and labels to SVG text that can be read, heard and searched.

What a plot finds stands in words in its description; what it shows is printed beside the mark that shows it, so colour
is never the only carrier.  Labels may hold anything: they are escaped, and shortened where they are long, with the
whole text in the mark's own title.  The same numbers give the same bytes.

Every function takes three arguments that say where the plot will stand: ``title`` is its heading, ``prefix`` begins its
ids, of which a page may have each only once, and ``embedded=True`` leaves out heading and style sheet, for a page that
has both and forbids styles of a plot's own.  Every function raises two errors: ``NothingToShowError`` where there is no
label or no number, and ``PlotShapeError`` where labels, numbers and ends of intervals do not belong together.
"""

from rubrica.formats.plots.intervals import alpha_by_group, preference_scale, variance_shares
from rubrica.formats.plots.matrices import confusion_matrix, disagreement_heatmap
from rubrica.formats.plots.raters import bias_inconsistency_plane
from rubrica.formats.plots.svg import NothingToShowError, PlotShapeError

__all__ = [
    "NothingToShowError",
    "PlotShapeError",
    "alpha_by_group",
    "bias_inconsistency_plane",
    "confusion_matrix",
    "disagreement_heatmap",
    "preference_scale",
    "variance_shares",
]
