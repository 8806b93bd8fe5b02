"""Openings as CSV, for files that people make by hand: one row an opening, most columns optional."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final

from rubrica.domain.language import language_tag
from rubrica.domain.money import read_money
from rubrica.domain.opening import Opening, Pay, PayBasis, moment_text
from rubrica.domain.posting import MAX_ADDRESS, MAX_KEY, Posting
from rubrica.domain.problems import Problem, one_of
from rubrica.formats.csv_table import neutralised, restored
from rubrica.formats.openings.feed import MOST_BYTES, Feed, FeedRefusedError, Gathered, moment_of, text_of
from rubrica.formats.openings.prose import from_html, plain

COLUMNS: Final = (
    *("key", "url", "posted", "updated", "title", "organisation", "description", "data_type", "label_types"),
    *(
        "template",
        "pay_basis",
        "pay_currency",
        "pay_low",
        "pay_high",
        "pay_per",
        "hours_low",
        "hours_high",
        "languages",
    ),
    *("countries", "experience", "employment", "headcount", "screening_minutes", "decision_days", "contact"),
    *("idle_seconds", "cap_minutes", "minutes_per_item", "closes_at"),
)
_WORLDWIDE: Final = "worldwide"
_TEXTS: Final = frozenset({"key", "url", "title", "organisation", "description", "contact"})
_NUMBERS: Final = ("headcount", "screening_minutes", "decision_days", "idle_seconds", "cap_minutes", "minutes_per_item")
_OTHER_NAMES: Final = {
    "id": "key",
    "link": "url",
    "address": "url",
    "company": "organisation",
    "organization": "organisation",
    "date": "posted",
    "date_posted": "posted",
    "currency": "pay_currency",
    "deadline": "closes_at",
    "valid_through": "closes_at",
    "country": "countries",
    "language": "languages",
}


def read_csv(data: bytes) -> Feed:
    """Read every row. Columns may stand in any order; one that is not known is refused, so that no slip goes unseen."""
    if len(data) > MOST_BYTES:
        raise FeedRefusedError(f"The file has {len(data):,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedRefusedError("The file is not UTF-8. Save it as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    gathered = Gathered()
    try:
        header = _header(next(reader, []))
        for number, cells in enumerate(reader, start=2):
            if gathered.is_full:
                gathered.cut()
                break
            if any(cells):
                _take(header, cells, f"row {number}", gathered)
    except csv.Error as error:
        raise FeedRefusedError(f"The file is no CSV ({error}).") from error
    return gathered.feed()


def _header(cells: list[str]) -> list[str]:
    words = [cell.strip().lower().replace(" ", "_") for cell in cells]
    header = [_OTHER_NAMES.get(word, word) for word in words]
    unknown = [word[:40] for word in header if word not in COLUMNS]
    if unknown or "title" not in header or len(set(header)) < len(header):
        said = f"has the columns {', '.join(unknown)}" if unknown else "lacks title, or has a column twice"
        raise FeedRefusedError(f"The header {said}; the columns are {', '.join(COLUMNS)}.")
    return header


def _take(header: list[str], cells: list[str], place: str, gathered: Gathered) -> None:
    if len(cells) != len(header):
        problem = Problem("", f"has {len(cells)} cells", f"{len(header)}, as the header has")
        gathered.refuse(place, problem)
        return
    row = {name: (restored(cell) if name in _TEXTS else cell).strip() for name, cell in zip(header, cells, strict=True)}
    # A row of ours says all there is, in plain text: its words are not searched for more.
    is_ours = set(COLUMNS) <= row.keys()
    notes: list[Problem] = []
    pay = _pay(row, notes)
    said: dict[str, object] = {
        "title": text_of(row["title"]),
        "organisation": text_of(row.get("organisation")),
        "description": plain(row["description"]) if is_ours else from_html(row.get("description", "")),
        "data_type": row.get("data_type") or None,
        "label_types": _listed(row, "label_types"),
        "template": row.get("template", ""),
        "pay": pay.as_json() if pay is not None else None,
        "hours": _hours(row),
        "languages": [_language(word) for word in _listed(row, "languages")],
        "countries": _countries(row),
        "experience": row.get("experience") or None,
        "employment": _listed(row, "employment"),
        "contact": text_of(row.get("contact")),
        "closes_at": moment_text(moment_of(row.get("closes_at"))),
        **{name: _number(row, name) for name in _NUMBERS},
    }
    gathered.take(
        place,
        said,
        key=text_of(row.get("key"), MAX_KEY),
        url=text_of(row.get("url"), MAX_ADDRESS + 1),
        posted=moment_of(row.get("posted")),
        updated=moment_of(row.get("updated")),
        extension={} if is_ours else None,
        raw=delimited(cells),
        notes=tuple(notes),
    )


def _listed(row: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in row.get(name, "").split(";") if word.strip()]


def _number(row: Mapping[str, str], name: str) -> object:
    """Return the number of a cell; what is none stays text, which the model then names."""
    cell = row.get(name, "")
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else (cell or None)  # noqa: PLR2004  (digits)


def _hours(row: Mapping[str, str]) -> dict[str, object] | None:
    low, high = _number(row, "hours_low"), _number(row, "hours_high")
    return {"low": low if low is not None else 0, "high": high} if low is not None or high is not None else None


def _language(word: str) -> dict[str, object]:
    tag, _colon, level = word.partition(":")
    return {"tag": language_tag(tag) or tag.strip(), "level": level.strip().upper() or None}


def _countries(row: Mapping[str, str]) -> list[str] | None:
    words = _listed(row, "countries")
    return [] if [word.lower() for word in words] == [_WORLDWIDE] else (words or None)


def _pay(row: Mapping[str, str], notes: list[Problem]) -> Pay | None:
    given = {name: row.get(f"pay_{name}", "") for name in ("basis", "currency", "low", "high", "per")}
    if not any(given.values()):
        return None
    currency = given["currency"].upper()
    low = read_money(given["low"], currency)
    high = read_money(given["high"] or given["low"], currency)
    per = _number(row, "pay_per") or 1
    if given["basis"] not in set(PayBasis) or low is None or high is None or type(per) is not int:
        said = " ".join(filter(None, given.values()))
        allowed = f"{one_of([basis.value for basis in PayBasis])}, a currency, and plain amounts such as 20.50"
        notes.append(Problem("pay", f"is {said[:60]!r}", allowed))
        return None
    return Pay(PayBasis(given["basis"]), low.minor, high.minor, currency, per)


# --- writing ---


def write_csv(postings: Iterable[Posting]) -> str:
    """Return openings as CSV, safe to open in a spreadsheet."""
    lines = [delimited(COLUMNS)]
    for posting in postings:
        row = _row(posting)
        lines.append(delimited([neutralised(row[name]) if name in _TEXTS else row[name] for name in COLUMNS]))
    return "".join(lines)


def delimited(cells: Iterable[str]) -> str:
    """Return one line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(list(cells))
    return line.getvalue()


def _row(posting: Posting) -> dict[str, str]:
    opening = posting.opening
    countries = opening.countries
    return {
        "key": posting.key,
        "url": posting.url,
        "posted": moment_text(posting.posted) or "",
        "updated": moment_text(posting.updated) or "",
        "title": opening.title,
        "organisation": opening.organisation,
        "description": opening.description,
        "data_type": opening.data_type or "",
        "label_types": "; ".join(opening.label_types),
        "template": opening.template,
        **_pay_cells(opening),
        "hours_low": str(opening.hours.low) if opening.hours is not None else "",
        "hours_high": str(opening.hours.high or "") if opening.hours is not None else "",
        "languages": "; ".join(":".join(filter(None, [need.tag, need.level])) for need in opening.languages),
        "countries": "" if countries is None else "; ".join(countries) or _WORLDWIDE,
        "experience": opening.experience or "",
        "employment": "; ".join(opening.employment),
        "contact": opening.contact,
        "closes_at": moment_text(opening.closes_at) or "",
        **{name: "" if getattr(opening, name) is None else str(getattr(opening, name)) for name in _NUMBERS},
    }


def _pay_cells(opening: Opening) -> dict[str, str]:
    pay = opening.pay
    if pay is None:
        return dict.fromkeys(("pay_basis", "pay_currency", "pay_low", "pay_high", "pay_per"), "")
    low, high = pay.range
    return {
        "pay_basis": pay.basis,
        "pay_currency": pay.currency,
        "pay_low": f"{low.decimal:f}",
        "pay_high": f"{high.decimal:f}",
        "pay_per": str(pay.per),
    }
