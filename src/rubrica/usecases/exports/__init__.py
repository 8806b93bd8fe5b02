"""Exports: a project's evaluations as files, with hashes and a card that says what they are."""

from rubrica.usecases.exports.exporting import export_archive, export_project
from rubrica.usecases.exports.values import EXPORT_FORMATS, ExportedFile, ExportFormat, ExportSummary

__all__ = [
    "EXPORT_FORMATS",
    "ExportFormat",
    "ExportSummary",
    "ExportedFile",
    "export_archive",
    "export_project",
]
