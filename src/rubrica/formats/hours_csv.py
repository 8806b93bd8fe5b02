"""Worked hours as CSV, in the columns that programs for time sheets read.

The layouts are Rubrica's own, the detailed report of Toggl Track, the generic import and the detailed export of
solidtime, and the exports of Clockify, Harvest and Kimai. Days and times of day are those of the person's own zone;
Rubrica's own file and solidtime's import hold moments in UTC. Columns of pay stay empty: hours know no rate.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from rubrica.formats.csv_table import neutralised


@dataclass(frozen=True, slots=True)
class Worked:
    """One stretch of work from one moment to another, both aware and at whole seconds, within one day of the person."""

    started_at: datetime
    ended_at: datetime
    client: str
    project: str
    task: str
    description: str = ""
    tag: str = ""

    @property
    def seconds(self) -> int:
        """How long it took."""
        return int((self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose hours they are, and the zone in which this person's days begin."""

    name: str
    email: str
    zone: tzinfo


_Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a program calls its columns, in its order, and what stands in them; columns that are not told stay empty."""

    title: str
    columns: tuple[str, ...]
    row: Callable[[Worked, Worker], _Row]


def write_hours(layout: str, hours: Iterable[Worked], worker: Worker) -> str:
    """Return hours as CSV in one of :data:`HOUR_LAYOUTS`, safe to open in a spreadsheet.

    Raises
    ------
    KeyError
        There is no such layout.
    """
    chosen = _LAYOUTS[layout]
    file = io.StringIO(newline="")
    # Cells that hold a character of the line's end are quoted: a lone carriage return would else begin a row.
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(chosen.columns)
    for worked in hours:
        row = chosen.row(worked, worker)
        writer.writerow([neutralised(row.get(column, "")) for column in chosen.columns])
    return file.getvalue()


def _own(worked: Worked, worker: Worker) -> _Row:
    return {
        "started_at": _utc(worked.started_at),
        "ended_at": _utc(worked.ended_at),
        "seconds": str(worked.seconds),
        "person": worker.name,
        "email": worker.email,
        "organisation": worked.client,
        "project": worked.project,
        "task": worked.task,
        "description": worked.description,
        "tag": worked.tag,
    }


def _toggl(worked: Worked, worker: Worker) -> _Row:
    start, end = _local(worked, worker)
    return {
        "User": worker.name,
        "Email": worker.email,
        "Client": worked.client,
        "Project": worked.project,
        "Task": worked.task,
        "Description": worked.description,
        "Billable": "Yes",
        "Start date": f"{start:%Y-%m-%d}",
        "Start time": f"{start:%H:%M:%S}",
        "End date": f"{end:%Y-%m-%d}",
        "End time": f"{end:%H:%M:%S}",
        "Duration": _clock(worked.seconds),
        "Tags": worked.tag,
    }


def _solidtime(worked: Worked, worker: Worker) -> _Row:
    return {
        "description": worked.description,
        "billable": "true",
        "client": worked.client,
        "project": worked.project,
        "tags": worked.tag,
        "start": _utc(worked.started_at),
        "end": _utc(worked.ended_at),
        "task": worked.task,
        "user_name": worker.name,
        "user_email": worker.email,
    }


def _solidtime_detailed(worked: Worked, worker: Worker) -> _Row:
    start, end = _local(worked, worker)
    return {
        "Description": worked.description,
        "Task": worked.task,
        "Project": worked.project,
        "Client": worked.client,
        "User": worker.name,
        "Start": f"{start:%Y-%m-%d %H:%M:%S}",
        "End": f"{end:%Y-%m-%d %H:%M:%S}",
        "Duration": _clock(worked.seconds),
        "Duration (decimal)": _decimal(worked.seconds),
        "Billable": "Yes",
        "Tags": worked.tag,
    }


def _clockify(worked: Worked, worker: Worker) -> _Row:
    start, end = _local(worked, worker)
    return {
        "Project": worked.project,
        "Client": worked.client,
        "Description": worked.description,
        "Task": worked.task,
        "User": worker.name,
        "Email": worker.email,
        "Tags": worked.tag,
        "Billable": "Yes",
        "Start Date": f"{start:%Y-%m-%d}",
        "Start Time": f"{start:%H:%M:%S}",
        "End Date": f"{end:%Y-%m-%d}",
        "End Time": f"{end:%H:%M:%S}",
        "Duration (h)": _clock(worked.seconds),
        "Duration (decimal)": _decimal(worked.seconds),
    }


def _harvest(worked: Worked, worker: Worker) -> _Row:
    first, _, last = worker.name.partition(" ")
    return {
        "Date": f"{_local(worked, worker)[0]:%Y-%m-%d}",
        "Client": worked.client,
        "Project": worked.project,
        "Task": worked.task,
        "Notes": " · ".join(filter(None, (worked.description, worked.tag))),
        "Hours": _decimal(worked.seconds),
        "Billable?": "Yes",
        "Invoiced?": "No",
        "First Name": first,
        "Last Name": last,
        "Employee?": "No",
    }


def _kimai(worked: Worked, worker: Worker) -> _Row:
    start, end = _local(worked, worker)
    return {
        "date": f"{start:%Y-%m-%d}",
        "begin": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "duration": str(worked.seconds),
        "user.name": worker.name,
        "user.email": worker.email,
        "customer.name": worked.client,
        "project.name": worked.project,
        "activity.name": worked.task,
        "description": worked.description,
        "billable": "1",
        "tags": worked.tag,
        "type": "timesheet",
        "category": "work",
    }


def _local(worked: Worked, worker: Worker) -> tuple[datetime, datetime]:
    return worked.started_at.astimezone(worker.zone), worked.ended_at.astimezone(worker.zone)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _clock(seconds: int) -> str:
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _decimal(seconds: int) -> str:
    """Return hours with four digits, which tell each second from the next."""
    return str((Decimal(seconds) / 3_600).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split(","))


_LAYOUTS: Final[Mapping[str, _Layout]] = {
    "rubrica": _Layout(
        "Rubrica",
        _columns("started_at,ended_at,seconds,person,email,organisation,project,task,description,tag"),
        _own,
    ),
    "toggl": _Layout(
        "Toggl Track",
        _columns(
            "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,"
            "Amount (EUR)"
        ),
        _toggl,
    ),
    "solidtime": _Layout(
        "solidtime (import)",
        _columns("description,billable,client,project,tags,start,end,task,user_name,user_email"),
        _solidtime,
    ),
    "solidtime-detailed": _Layout(
        "solidtime (detailed)",
        _columns("Description,Task,Project,Client,User,Start,End,Duration,Duration (decimal),Billable,Tags"),
        _solidtime_detailed,
    ),
    "clockify": _Layout(
        "Clockify",
        _columns(
            "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
            "Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)"
        ),
        _clockify,
    ),
    "harvest": _Layout(
        "Harvest",
        _columns(
            "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,"
            "Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL"
        ),
        _harvest,
    ),
    "kimai": _Layout(
        "Kimai",
        _columns(
            "date,begin,end,duration,currency,rate,internal_rate,hourly_rate,fixed_rate,user.alias,user.name,user.email,"
            "user.account_number,customer.name,project.name,activity.name,description,billable,tags,type,category,"
            "customer.number,project.number,customer.vat_id,project.order_number"
        ),
        _kimai,
    ),
}
HOUR_LAYOUTS: Final[Mapping[str, str]] = MappingProxyType({key: layout.title for key, layout in _LAYOUTS.items()})
"""What the layouts are called, in the order in which they are offered."""
