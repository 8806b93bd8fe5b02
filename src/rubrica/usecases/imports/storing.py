"""Rows of an import become items: a few at a time, each batch in one transaction that also counts them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import chain

from django.db import connection
from django.db.models import F

from rubrica.formats.manifest import BadRow, ManifestRow
from rubrica.imaging.classical import Classical
from rubrica.imaging.decode import Facts
from rubrica.records.models import Image, ImageDescriptor, Item, ItemImage, ItemImport, ItemImportProblem, Project
from rubrica.usecases.imports.decoding import THUMBNAIL_TYPE, Outcome, ReadyItem, StoredImage

_LONGEST_KEY = 200
_MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}


def key_of(row: ManifestRow) -> str:
    """Return the item's key: the row's own, else its images' names, shortened recognisably where they are long."""
    key = row.key or " | ".join(row.images)
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 18]}… {sha256(key.encode()).hexdigest()[:16]}"


def known_keys(project: Project, rows: Sequence[ManifestRow]) -> set[str]:
    """Return the keys among ``rows`` that the project has already."""
    keys = [key_of(row) for row in rows]
    return set(Item.objects.of(project).filter(key__in=keys).values_list("key", flat=True))


def store_batch(item_import: ItemImport, batch: Sequence[Outcome], *, now: datetime) -> None:
    """Store items and problems and count every row, inside the caller's transaction.

    The project's row is locked first: positions in the queue become visible in the order they were given out (see
    ``records.queries.work_queue``), and no other import can bring in the same key in between.
    """
    project = Project.objects.of(item_import.project).select_for_update().get()
    items = [outcome for outcome in batch if isinstance(outcome, ReadyItem)]
    bad_rows = [outcome for outcome in batch if isinstance(outcome, BadRow)]
    taken = known_keys(project, [item.row for item in items])
    new = [item for item in items if key_of(item.row) not in taken]
    if new:
        _insert_items(project, new, now=now)
    _insert_problems(item_import, bad_rows)
    ItemImport.objects.of(project).filter(pk=item_import.pk).update(
        accepted=F("accepted") + len(new),
        refused=F("refused") + len(bad_rows),
        known=F("known") + len(batch) - len(new) - len(bad_rows),
    )


def _insert_items(project: Project, items: Sequence[ReadyItem], *, now: datetime) -> None:
    images = _images(project, items, now=now)
    last = _allocate_positions(project, len(items))
    rows = Item.objects.bulk_create(
        Item(
            project=project,
            key=key_of(item.row),
            prompt=item.row.prompt,
            metadata=dict(item.row.metadata),
            known_defects=[dict(defect) for defect in item.row.known_defects],
            places_left=project.overlap,
            queue_position=position,
            created_at=now,
        )
        for position, item in enumerate(items, start=last - len(items) + 1)
    )
    ItemImage.objects.bulk_create(
        ItemImage(item=row, slot=slot, image=images[image.facts.sha256], source_model=item.row.models[slot])
        for row, item in zip(rows, items, strict=True)
        for slot, image in enumerate(item.images)
    )


def _allocate_positions(project: Project, count: int) -> int:
    """Move the tail of the queue and return it; one statement, so that the counters cannot drift apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_project SET queue_tail = queue_tail + %s, item_count = item_count + %s "
            "WHERE id = %s RETURNING queue_tail",
            [count, count, project.pk],
        )
        (tail,) = cursor.fetchone()
    return int(tail)


def _images(project: Project, items: Sequence[ReadyItem], *, now: datetime) -> Mapping[str, Image]:
    """Return the project's row for each image by its hash, inserting those it has not seen."""
    stored = {image.facts.sha256: image for image in chain.from_iterable(item.images for item in items)}
    rows = {row.sha256: row for row in Image.objects.of(project).filter(sha256__in=list(stored))}
    new = [_image(project, image, now=now) for digest, image in stored.items() if digest not in rows]
    made = {row.sha256: row for row in Image.objects.bulk_create(new)}
    ImageDescriptor.objects.bulk_create(
        ImageDescriptor(image=row, embedder=Classical.name, vector=stored[digest].descriptor)
        for digest, row in made.items()
    )
    return {**rows, **made}


def _image(project: Project, image: StoredImage, *, now: datetime) -> Image:
    facts = image.facts
    return Image(
        project=project,
        sha256=facts.sha256,
        media_type=_MEDIA_TYPES[facts.format],
        byte_size=facts.bytes,
        width=facts.width,
        height=facts.height,
        view_width=image.view_width,
        view_height=image.view_height,
        view_type=image.view_type,
        thumbnail_type=THUMBNAIL_TYPE,
        has_pyramid=image.has_pyramid,
        fingerprint=facts.fingerprint,
        facts=_other_facts(facts),
        created_at=now,
    )


def _other_facts(facts: Facts) -> dict[str, object]:
    """Return the facts that have no column of their own."""
    columns = {"sha256", "format", "width", "height", "bytes", "fingerprint"}
    return {name: value for name, value in facts.as_json().items() if name not in columns}


def _insert_problems(item_import: ItemImport, bad_rows: Sequence[BadRow]) -> None:
    ItemImportProblem.objects.bulk_create(
        ItemImportProblem(
            item_import=item_import, line=bad.line, name=bad.name[:300], code=bad.code[:40], reason=bad.reason[:500]
        )
        for bad in bad_rows
    )
