"""Hours as CSV: the columns to the letter, the same seconds in each layout, and nothing that a spreadsheet runs."""

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.formats.csv_table import restored
from rubrica.formats.hours_csv import HOUR_LAYOUTS, Worked, Worker, write_hours

RITA = Worker("Rita Maria Moss", "rita@example.org", ZoneInfo("Europe/Berlin"))
START = datetime(2026, 3, 2, 23, 5, 7, tzinfo=UTC)
WORKED = Worked(START, START + timedelta(seconds=26_434), "Lab", "Audit", "A meeting", "The call, 2nd", "claimed")

EXPECTED = {
    "rubrica": (
        "started_at,ended_at,seconds,person,email,organisation,project,task,description,tag\n"
        "2026-03-02T23:05:07Z,2026-03-03T06:25:41Z,26434,Rita Maria Moss,rita@example.org,Lab,Audit,A meeting,"
        '"The call, 2nd",claimed\n'
    ),
    "toggl": (
        "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,"
        "Amount (EUR)\n"
        'Rita Maria Moss,rita@example.org,Lab,Audit,A meeting,"The call, 2nd",Yes,2026-03-03,00:05:07,2026-03-03,'
        "07:25:41,07:20:34,claimed,\n"
    ),
    "solidtime": (
        "description,billable,client,project,tags,start,end,task,user_name,user_email\n"
        '"The call, 2nd",true,Lab,Audit,claimed,2026-03-02T23:05:07Z,2026-03-03T06:25:41Z,A meeting,Rita Maria Moss,'
        "rita@example.org\n"
    ),
    "solidtime-detailed": (
        "Description,Task,Project,Client,User,Start,End,Duration,Duration (decimal),Billable,Tags\n"
        '"The call, 2nd",A meeting,Audit,Lab,Rita Maria Moss,2026-03-03 00:05:07,2026-03-03 07:25:41,07:20:34,7.3428,'
        "Yes,claimed\n"
    ),
    "clockify": (
        "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
        "Duration (h),Duration (decimal),Billable Rate (USD),Billable Amount (USD)\n"
        'Audit,Lab,"The call, 2nd",A meeting,Rita Maria Moss,,rita@example.org,claimed,Yes,2026-03-03,00:05:07,'
        "2026-03-03,07:25:41,07:20:34,7.3428,,\n"
    ),
    "harvest": (
        "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,Roles,"
        "Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL\n"
        '2026-03-03,Lab,Audit,,A meeting,"The call, 2nd · claimed",7.3428,Yes,No,,Rita,Maria Moss,,No,,,,,,\n'
    ),
    "kimai": (
        "date,begin,end,duration,currency,rate,internal_rate,hourly_rate,fixed_rate,user.alias,user.name,user.email,"
        "user.account_number,customer.name,project.name,activity.name,description,billable,tags,type,category,"
        "customer.number,project.number,customer.vat_id,project.order_number\n"
        "2026-03-03,00:05,07:25,26434,,,,,,,Rita Maria Moss,rita@example.org,,Lab,Audit,A meeting,"
        '"The call, 2nd",1,claimed,timesheet,work,,,,\n'
    ),
}


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_layout_is_known_here():
    assert set(EXPECTED) == set(HOUR_LAYOUTS)


@pytest.mark.parametrize("layout", EXPECTED)
def test_each_layout_is_written_to_the_letter(layout):
    assert write_hours(layout, [WORKED], RITA).replace("\r\n", "\n") == EXPECTED[layout]


@pytest.mark.parametrize("layout", EXPECTED)
def test_no_hours_are_a_header_alone(layout):
    assert write_hours(layout, [], RITA) == EXPECTED[layout].partition("\n")[0] + "\r\n"


@pytest.mark.parametrize("layout", EXPECTED)
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(layout, sign):
    evil = f"{sign}HYPERLINK(1)\r{sign}HYPERLINK(2)"
    text = write_hours(layout, [Worked(START, START, evil, evil, evil, evil, evil)], Worker(evil, evil, UTC))
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert sum(evil in cell for cell in cells) >= 5
    assert not [cell for cell in cells if cell.startswith(sign)]


@given(
    st.lists(
        st.tuples(st.integers(1_600_000_000, 1_900_000_000), st.integers(0, 90_000), st.text(max_size=30)),
        max_size=5,
    )
)
def test_moments_seconds_and_words_are_read_back_as_they_were(told):
    starts = [datetime.fromtimestamp(start, UTC) for start, _, _ in told]
    hours = [
        Worked(start, start + timedelta(seconds=seconds), "Lab", "Audit", "Review", words)
        for start, (_, seconds, words) in zip(starts, told, strict=True)
    ]
    for layout, start, end, description in (
        ("rubrica", "started_at", "ended_at", "description"),
        ("solidtime", "start", "end", "description"),
    ):
        rows = csv.DictReader(io.StringIO(write_hours(layout, hours, RITA), newline=""))
        read = [
            (datetime.fromisoformat(row[start]), datetime.fromisoformat(row[end]), restored(row[description]))
            for row in rows
        ]
        assert read == [(each.started_at, each.ended_at, each.description) for each in hours]


@given(st.integers(0, 86_400))
def test_decimal_hours_tell_each_second(seconds):
    (row,) = rows_of(write_hours("harvest", [Worked(START, START + timedelta(seconds=seconds), "", "", "")], RITA))
    assert round(float(row["Hours"]) * 3_600) == seconds
