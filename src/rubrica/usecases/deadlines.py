"""Deadlines: when one has come and nobody has acted, those who could are told. Nothing is decided by time alone."""

from django.db import transaction

from rubrica.records.models import Review
from rubrica.usecases.jobs import Clock, KeptJob
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import KINDS, leads_of
from rubrica.usecases.pseudonyms import name_for_all


def at_deadline(job: KeptJob, now: Clock) -> None:
    """Tell the owner and the leads of what is late; nobody where it was acted on, or has another deadline by now."""
    name, row_id, due = job.subject.split(":")
    kind, at = KINDS[name], now()
    with transaction.atomic():
        rows = kind.model.objects.everywhere("the job names what is due").select_related("owner", "project")
        row = rows.filter(pk=int(row_id)).first()
        if row is None or row.owner is None or row.due_at is None or int(row.due_at.timestamp()) != int(due):
            return
        if isinstance(row, Review) and row.owner_id == row.rater_id:
            told = f"The time for an appeal in {row} is over: what was decided stands."
            notify([row.owner], kind.topic, row.project, told, kind.page(row), now=at)
            return
        name = name_for_all(row.project, row.owner)
        told = f"{row} was to be seen to by {name} until {row.due_at:%Y-%m-%d}, and still waits."
        notify(
            [row.owner, *leads_of(row.project)],
            kind.topic,
            row.project,
            told[:1].upper() + told[1:],
            kind.page(row),
            now=at,
        )
