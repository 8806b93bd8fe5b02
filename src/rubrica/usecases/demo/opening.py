"""The demo as its door sees it: there, or to be built."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rubrica.records.models import Project
from rubrica.usecases.demo.people import People, settle
from rubrica.usecases.demo.plans import FULL_SIZE, DemoSize, is_demo_built, stored_projects


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo, complete."""

    people: People
    projects: tuple[Project, ...]


def build_demo(*, now: datetime, size: DemoSize = FULL_SIZE, say: Callable[[str], None] = lambda _: None) -> Demo:
    """Build what is not there yet and return the demo; ``say`` is told what is happening."""
    if not is_demo_built(size):
        # Slow import: numpy and all that makes pictures, which a demo that stands does not need.
        from rubrica.usecases.demo.building import PUBLISHED_BEFORE, build  # noqa: PLC0415  (slow import)

        build(settle(now=now - PUBLISHED_BEFORE), now=now, size=size, say=say)
    return Demo(settle(now=now), stored_projects())
