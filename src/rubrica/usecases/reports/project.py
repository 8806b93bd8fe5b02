"""The report of a project: which evaluations it speaks of, and who may read what in it."""

from dataclasses import replace

from rubrica.domain.roles import Permission
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.errors import NotFoundError
from rubrica.usecases.guidelines import version_of
from rubrica.usecases.pseudonyms import name_shown
from rubrica.usecases.reports.values import Calibration, GuidelineHealth, Report


def project_report(access: ProjectAccess, *, version: int | None = None) -> Report:
    """Return what the project's current evaluations under one guideline version say.

    ``version`` is a guideline version's number; by default the version in force. Evaluations that were superseded, and
    those under other versions, are left out and counted. Raters go by pseudonyms and models stay hidden unless the
    reader may know them.

    Raises
    ------
    NotFoundError
        There is no such version, or none has been published.
    NotAllowedError
        The person may not see results.
    """
    access.require(Permission.SEE_RESULTS)
    guideline = version_of(access, version if version is not None else _in_force(access))
    # Slow import: numpy, which a server that never reports should not load.
    from rubrica.usecases.reports.assembly import assemble  # noqa: PLC0415  (slow import)

    report = assemble(access.project, guideline, called=lambda account: name_shown(access, account))
    if access.may(Permission.SEE_MODEL_IDENTITY):
        return report
    hidden = "Which model made which image is hidden from your role."
    pairs = tuple(replace(pair, win_rates=(), win_rates_refusal=hidden) for pair in report.pairs)
    return replace(report, pairs=pairs)


def team_calibration(access: ProjectAccess, *, version: int | None = None) -> Calibration:
    """Return the habits of all raters of a project, by name where the reader may know names.

    Raises
    ------
    NotFoundError
        There is no such version, or none has been published.
    NotAllowedError
        The person may not see results.
    """
    access.require(Permission.SEE_RESULTS)
    guideline = version_of(access, version if version is not None else _in_force(access))
    from rubrica.usecases.reports.calibration import calibration_of  # noqa: PLC0415  (slow import)

    return calibration_of(access.project, guideline, None, called=lambda account: name_shown(access, account))


def own_calibration(access: ProjectAccess) -> Calibration:
    """Return one's own habits in a project under the version in force, and nobody else's.

    Raises
    ------
    NotFoundError
        No guideline has been published.
    NotAllowedError
        The person does not evaluate here.
    """
    access.require(Permission.READ_OWN_EVALUATIONS)
    version = access.project.guideline
    if version is None:
        message = "No version of the guideline has been published yet."
        raise NotFoundError(message)
    from rubrica.usecases.reports.calibration import calibration_of  # noqa: PLC0415  (slow import)

    return calibration_of(access.project, version, access.account, called=lambda account: account.name)


def guideline_health(access: ProjectAccess, *, version: int | None = None) -> GuidelineHealth:
    """Return which questions and clauses raters disagree on, ask about and appeal against, the most troubled first.

    Raises
    ------
    NotFoundError
        There is no such version, or none has been published.
    NotAllowedError
        The person may not see results.
    """
    access.require(Permission.SEE_RESULTS)
    guideline = version_of(access, version if version is not None else _in_force(access))
    from rubrica.usecases.reports.health import health_of  # noqa: PLC0415  (slow import)

    return health_of(access.project, guideline)


def _in_force(access: ProjectAccess) -> int | None:
    return access.project.guideline.number if access.project.guideline else None
