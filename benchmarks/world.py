"""Make an installation to measure: one project, many items, raters with tokens. Run as a process of its own."""

import argparse
import json
import sys

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from rubrica.domain.roles import Role
from rubrica.domain.templates import template_rubric
from rubrica.kit.clock import now
from rubrica.records.models import Image, Item, ItemImage, Project
from rubrica.usecases import accounts, guidelines, organisations, projects

TEMPLATE = "ai-image-audit"


def make_world(
    items: int, raters: int, overlap: int, completed: int = 0, template: str = TEMPLATE
) -> dict[str, object]:
    """Create the project and return its slug, its raters' tokens and an answer that its rubric takes."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    moment = now()
    admin = accounts.create_account(email="petra@example.org", name="Petra", now=moment, platform_admin=True)
    organisation = organisations.create_organisation(admin, name="Bench", now=moment)
    organisations.add_member(organisation, admin, Role.ORGANISATION_ADMIN, now=moment)
    project = projects.create_project(admin, "bench", name="Bench", template=template, now=moment)
    projects.change_settings(admin, project.slug, overlap=overlap, repeat_percent=0, now=moment)
    guidelines.publish_guideline(admin, project.slug, now=moment)
    projects.change_state(admin, project.slug, projects.ProjectState.ACTIVE, now=moment)
    add_items(Project.objects.of(project).get(), items, completed)
    with connection.cursor() as cursor:
        # What the database does by itself a minute after a large import.
        cursor.execute("ANALYZE")
    tokens = []
    for number in range(raters):
        rater = accounts.create_account(email=f"rater{number}@example.org", name=f"Rater {number}", now=moment)
        organisations.add_project_member(project, rater, Role.SPECIALIST, now=moment)
        tokens.append(accounts.create_token(rater, "bench", now=moment).secret)
    answers = {criterion.id: 4 for criterion in template_rubric(template).criteria if criterion.type == "scale"}
    answer = {"answers": answers, "marks": [], "explanation": "", "cannot_judge": None}
    return {"slug": project.slug, "tokens": tokens, "answer": answer}


def add_items(project: Project, count: int, completed: int = 0) -> None:
    """Insert items straight into the tables: this is the world, not what is measured."""
    moment = now()
    image = Image.objects.create(
        project=project,
        sha256="0" * 64,
        media_type="image/png",
        byte_size=1,
        width=1024,
        height=768,
        view_width=1024,
        view_height=768,
        view_type="image/webp",
        thumbnail_type="image/webp",
        fingerprint="0" * 16,
        created_at=moment,
    )
    rows = [
        Item(
            project=project,
            key=f"item-{number}",
            prompt="two dogs on a red sofa",
            places_left=0 if number < completed else project.overlap,
            queue_position=number + 1,
            created_at=moment,
        )
        for number in range(count)
    ]
    stored = Item.objects.bulk_create(rows, batch_size=2000)
    ItemImage.objects.bulk_create([ItemImage(item=item, slot=0, image=image) for item in stored], batch_size=5000)
    project.queue_tail, project.item_count = count, count
    project.save(update_fields=["queue_tail", "item_count"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--raters", type=int, default=8)
    parser.add_argument("--overlap", type=int, default=3)
    parser.add_argument("--template", default=TEMPLATE)
    arguments = parser.parse_args()
    made = make_world(arguments.items, arguments.raters, arguments.overlap, template=arguments.template)
    json.dump(made, sys.stdout)
