"""Which use case does which kind of job, and which one is told when a job has failed."""

from collections.abc import Mapping

from rubrica.usecases import imports
from rubrica.usecases.jobs import Handler, Undertaker

HANDLERS: Mapping[str, Handler] = {imports.JOB_KIND: imports.run_import_job}
UNDERTAKERS: Mapping[str, Undertaker] = {imports.JOB_KIND: imports.give_import_up}
