"""Prepare an installation, run in a process of its own: a project of real images, at work, and a token for each person.

``ITEMS`` items need two evaluations each; Lena leads, and the raters have names that begin with R.
"""

import json
import sys
import tempfile
from pathlib import Path

import django

ITEMS = 40
OVERLAP = 2
RATERS = ("rita", "ruth", "rolf", "ravi")


def main() -> None:
    """Build the world through the use cases that people use."""
    django.setup()
    from rubrica.domain.roles import Role  # noqa: PLC0415  (models need Django set up, here and below)
    from rubrica.kit.clock import now  # noqa: PLC0415  (as above)
    from rubrica.usecases import accounts, guidelines, imports, instance, organisations, projects  # noqa: PLC0415  (as above)

    instance.prepare_instance()
    names = ("petra", "lena", *RATERS)
    people = {
        name: accounts.create_account(
            email=f"{name}@example.org", name=name.capitalize(), now=now(), platform_admin=name == "petra"
        )
        for name in names
    }
    lena = people["lena"]
    organisation = organisations.create_organisation(people["petra"], name="Atelier", now=now())
    organisations.add_member(organisation, lena, Role.LEAD, now=now())
    project = projects.create_project(lena, "atelier", name="Audit", template="ai-image-audit", now=now())
    for name in RATERS:
        organisations.add_project_member(project, people[name], Role.SPECIALIST, now=now())
    projects.change_settings(lena, "audit", overlap=OVERLAP, repeat_percent=20, now=now())
    guidelines.publish_guideline(lena, "audit", now=now())
    projects.change_state(lena, "audit", projects.ProjectState.ACTIVE, now=now())
    with tempfile.TemporaryDirectory() as folder:
        imports.import_folder(lena, "audit", manifest_of_one_image(Path(folder)), now=now())
    tokens = {name: accounts.create_token(person, "faults", now=now()).secret for name, person in people.items()}
    json.dump(tokens, sys.stdout)


def manifest_of_one_image(folder: Path) -> Path:
    """Return a manifest whose items all show one image, which is decoded once."""
    from tests.imaging.makers import encoded, texture  # noqa: PLC0415  (slow import)

    (folder / "one.jpg").write_bytes(encoded(texture(64, 48), "JPEG"))
    manifest = folder / "items.jsonl"
    rows = ({"image": "one.jpg", "key": f"item {number:02}"} for number in range(ITEMS))
    manifest.write_text("\n".join(json.dumps(row) for row in rows))
    return manifest


if __name__ == "__main__":
    main()
