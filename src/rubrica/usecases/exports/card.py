"""The data card of an export: which versions, which agreement, which files."""

from collections.abc import Mapping, Sequence

import rubrica
from rubrica.formats.columns import moment_text
from rubrica.formats.data_card import CardAgreement, CardTable, CardVersion, DataCard
from rubrica.records.models import GuidelineVersion, Project
from rubrica.usecases.exports.writing import Table
from rubrica.usecases.reports.assembly import criterion_reports
from rubrica.usecases.reports.values import CriterionReport, PairAgreement

SOFTWARE = f"Rubrica {rubrica.__version__}"


def card(
    project: Project,
    versions: Sequence[GuidelineVersion],
    evaluations: Mapping[int, int],
    tables: Sequence[Table],
    *,
    superseded: int,
    repeats: int,
    raters: int,
    until: int,
    exported_at: str,
) -> DataCard:
    """Return what the card says; ``evaluations`` counts them by version number."""
    return DataCard(
        title=project.name,
        description=project.description,
        project=project.slug,
        exported_at=exported_at,
        software=SOFTWARE,
        evaluations=sum(evaluations.values()),
        raters=raters,
        superseded=superseded,
        repeats=repeats,
        tables=[CardTable(table.name, table.file, table.rows, table.columns, table.description) for table in tables],
        versions=[_version(project, version, evaluations.get(version.number, 0), until) for version in versions],
    )


def _version(project: Project, version: GuidelineVersion, evaluations: int, until: int) -> CardVersion:
    criteria = criterion_reports(project, version, until) if evaluations else ()
    return CardVersion(
        number=version.number,
        content_hash=version.content_hash,
        published_at=moment_text(version.published_at),
        change_class=version.change_class,
        summary=version.summary,
        evaluations=evaluations,
        agreement=[_agreement(criterion) for criterion in criteria],
    )


def _agreement(report: CriterionReport) -> CardAgreement:
    alpha = report.alpha
    return CardAgreement(
        criterion=report.id,
        n=report.n,
        doubled_items=report.doubled_items,
        exact=_share(report.exact),
        within_one=_share(report.within_one),
        alpha=f"{alpha.value:.2f} ({alpha.ci_low:.2f} to {alpha.ci_high:.2f})" if alpha else "none",
        verdict=report.verdict.sentence if report.verdict else report.alpha_refusal,
    )


def _share(agreement: PairAgreement | None) -> str:
    return "none" if agreement is None else f"{agreement.share:.0%}"
