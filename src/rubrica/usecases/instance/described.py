"""Whether every image is described, so that similar ones are found."""

from collections.abc import Iterator

from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import Embedder
from rubrica.records.models import Image, Job
from rubrica.records.models.job import JobState
from rubrica.usecases.descriptors import JOB_KIND, lacking
from rubrica.usecases.embedders import EmbedderUnusableError, chosen_embedder
from rubrica.usecases.instance.finding import Finding, note, ok, problem


def described() -> Iterator[Finding]:
    """Yield how the descriptors of all images stand, and what the last job said that failed to make some."""
    chosen: type[Embedder] = Classical
    try:
        chosen = chosen_embedder()
    except EmbedderUnusableError as error:
        yield problem("embedder", f"{error} Images are compared by {Classical.name} meanwhile.")
    images = Image.objects.everywhere("the operator checks the whole installation")
    names = (Classical,) if chosen is Classical else (chosen, Classical)
    missing = [(embedder.name, lacking(images, embedder).count()) for embedder in names]
    for name, count in missing:
        if count:
            yield note("descriptors", f"{count} images are not described by {name} yet. {_last_failure()}".rstrip())
    if not any(count for _name, count in missing):
        yield ok("descriptors", f"every image is described by {' and '.join(name for name, _count in missing)}")


def _last_failure() -> str:
    failed = Job.objects.filter(kind=JOB_KIND, state=JobState.FAILED).order_by("-id").first()
    return f"The last job that failed said: {failed.failure}" if failed else "A server sees to it when it starts."
