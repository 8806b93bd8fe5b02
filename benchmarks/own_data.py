"""Everything that is kept of one person who has judged very much, as one file."""

import os
import subprocess
import sys
import tempfile
import time

JUDGEMENTS = 50_000


def report() -> None:
    """Print how long a person with 50 000 judgements waits for the file, and how large it is."""
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        subprocess.run([sys.executable, "-m", "benchmarks.own_data"], env=environment, check=True)


def _measure() -> None:
    import django

    django.setup()
    from benchmarks.world import make_world
    from rubrica.kit.clock import now
    from rubrica.records.models import Account, Assignment, Evaluation, Item, Project
    from rubrica.records.models.assignment import AssignmentState
    from rubrica.usecases.own_data import export_own_data

    made = make_world(items=JUDGEMENTS, raters=1, overlap=1)
    rater = Account.objects.get(email="rater0@example.org")
    project = Project.objects.of(Project(pk=1)).select_related("guideline").get()
    version, moment = project.guideline, now()
    assert version is not None
    explanation = "The left hand has six fingers, so the grip on the mug cannot be believed at all. " * 2
    shared = {"project": project, "rater": rater, "guideline": version, "taken_at": moment}
    items = list(Item.objects.of(project).values_list("pk", flat=True))
    for start in range(0, len(items), 5_000):
        assignments = Assignment.objects.bulk_create(
            Assignment(**shared, item_id=item, state=AssignmentState.SUBMITTED, presentation=[0], lease_ends=moment)
            for item in items[start : start + 5_000]
        )
        Evaluation.objects.bulk_create(
            Evaluation(
                **shared,
                item_id=assignment.item_id,
                assignment=assignment,
                guideline_hash=version.content_hash,
                image_sha256s=["0" * 64],
                presentation=[0],
                answer={**made["answer"], "explanation": explanation},
                explanation=explanation,
                active_ms=40_000,
                idempotency_key=f"bench-{assignment.item_id}",
                body_sha256="0" * 64,
                submitted_at=moment,
            )
            for assignment in assignments
        )
    begun = time.perf_counter()
    with export_own_data(rater, now=moment) as file:
        passed = time.perf_counter() - begun
        size = file.seek(0, os.SEEK_END)
    print("\n### One's own data\n")
    print("| what | measured |")
    print("|---|---|")
    print(f"| everything of a person with {JUDGEMENTS:,} judgements, as a zip | {passed:.1f} s, {size / 1e6:.1f} MB |")


if __name__ == "__main__":
    _measure()
