"""Imports: items on their way in, from an upload or a folder. A bad file never stops one; each gets a reason."""

from rubrica.usecases.imports.importing import (
    JOB_KIND,
    give_import_up,
    images_of,
    import_folder,
    import_of,
    imports_of,
    problems_of,
    run_import_job,
    start_import,
)
from rubrica.usecases.imports.progress import ImportProgress
from rubrica.usecases.imports.staging import UploadedPart

__all__ = [
    "JOB_KIND",
    "ImportProgress",
    "UploadedPart",
    "give_import_up",
    "images_of",
    "import_folder",
    "import_of",
    "imports_of",
    "problems_of",
    "run_import_job",
    "start_import",
]
