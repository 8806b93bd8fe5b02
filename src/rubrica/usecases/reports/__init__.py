"""Reports: what a project's evaluations say, with intervals, or why they cannot say it yet."""

from rubrica.usecases.reports.project import project_report
from rubrica.usecases.reports.values import (
    AlphaEstimate,
    AnswerCount,
    CodeCount,
    Counts,
    CriterionReport,
    Estimate,
    Heatmap,
    KnownDefects,
    MarksReport,
    ModelWinRate,
    OptionReport,
    PairAgreement,
    PairsReport,
    RaterBias,
    RaterReport,
    Report,
    ReportedGuideline,
)

__all__ = [
    "AlphaEstimate",
    "AnswerCount",
    "CodeCount",
    "Counts",
    "CriterionReport",
    "Estimate",
    "Heatmap",
    "KnownDefects",
    "MarksReport",
    "ModelWinRate",
    "OptionReport",
    "PairAgreement",
    "PairsReport",
    "RaterBias",
    "RaterReport",
    "Report",
    "ReportedGuideline",
    "project_report",
]
