"""What the demo consists of."""

from dataclasses import dataclass
from typing import Final

from rubrica.records.models import Project

ORGANISATION: Final = "Aperture Atelier"
SLUG: Final = "aperture-atelier"


@dataclass(frozen=True, slots=True)
class DemoSize:
    """Items of each project: those the simulated raters have completed, and those that wait for you."""

    completed: int
    open: int

    @property
    def pilot(self) -> int:
        """How many of the completed items a project with a history began with, under the first version of its rules."""
        return min(8, self.completed // 2)


FULL_SIZE: Final = DemoSize(completed=28, open=24)
SMALL_SIZE: Final = DemoSize(completed=4, open=2)


@dataclass(frozen=True, slots=True)
class Plan:
    """One project of the demo."""

    template: str
    slug: str
    name: str
    description: str
    overlap: int
    has_history: bool = False
    """Whether its rules have changed, and its people were tested, calibrated and reviewed."""


PLANS = (
    Plan(
        "ai-image-audit",
        "image-audit",
        "Image audit",
        "Photographs, most of them with planted faults: find the faults, mark them, score the image.",
        overlap=3,
        has_history=True,
    ),
    Plan(
        "side-by-side",
        "side-by-side",
        "Side by side",
        "Two versions of one photograph: which one is better, and why?",
        overlap=3,
    ),
    Plan(
        "technical-quality",
        "technical-quality",
        "Technical quality",
        "Photographs from untouched to badly degraded, rated on the five-level quality scale.",
        overlap=5,
    ),
)


def is_demo_built(size: DemoSize = FULL_SIZE) -> bool:
    """Tell whether there is nothing left to build."""
    projects = Project.objects.everywhere("the demo builds its own projects")
    counts = dict(projects.filter(organisation__slug=SLUG).values_list("slug", "item_count"))
    return all(counts.get(plan.slug, 0) >= size.completed + size.open for plan in PLANS)


def stored_projects() -> tuple[Project, ...]:
    """Return the demo's projects in their order, as far as they are there."""
    projects = Project.objects.everywhere("the demo builds its own projects").filter(organisation__slug=SLUG)
    by_slug = {project.slug: project for project in projects.select_related("organisation", "guideline")}
    return tuple(by_slug[plan.slug] for plan in PLANS if plan.slug in by_slug)
