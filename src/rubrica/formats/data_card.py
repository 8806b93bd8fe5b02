"""The card that goes with exported data: a README that people read, with YAML that the Hugging Face Hub reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from rubrica.formats.columns import Column

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


@dataclass(frozen=True, slots=True)
class CardTable:
    """One table of the data."""

    name: str
    file: str
    rows: int
    columns: Sequence[Column]
    description: str


@dataclass(frozen=True, slots=True)
class CardAgreement:
    """How far raters agree on one criterion, written out."""

    criterion: str
    n: int
    doubled_items: int
    exact: str
    within_one: str
    alpha: str
    verdict: str


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One guideline version and the agreement under it."""

    number: int
    content_hash: str
    published_at: str
    change_class: str
    summary: str
    evaluations: int
    agreement: Sequence[CardAgreement]


@dataclass(frozen=True, slots=True)
class DataCard:
    """All that the card says."""

    title: str
    description: str
    project: str
    exported_at: str
    software: str
    evaluations: int
    raters: int
    superseded: int
    repeats: int
    tables: Sequence[CardTable]
    versions: Sequence[CardVersion]


def data_card(card: DataCard) -> str:
    """Write the card in Markdown with a YAML head."""
    parts = [
        f"---\n{_head(card)}---\n",
        f"# {_line(card.title)}\n",
        _opening(card),
        _files(card),
        _guidelines(card),
        *(_agreement(version) for version in card.versions if version.evaluations),
        _USE,
        *(_columns(table) for table in card.tables),
    ]
    return "\n".join(parts)


def _head(card: DataCard) -> str:
    size = next((name for limit, name in _SIZES if card.evaluations < limit), "n>1M")
    head: Mapping[str, object] = {
        "pretty_name": card.title,
        "license": "other",
        "license_name": "not-stated",
        "size_categories": [size],
        "tags": ["human-evaluation", "image-evaluation", "rubrica"],
        "configs": [
            {"config_name": table.name, "data_files": table.file, "default": True}
            if position == 0
            else {"config_name": table.name, "data_files": table.file}
            for position, table in enumerate(card.tables)
        ],
    }
    return yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1_000)


def _opening(card: DataCard) -> str:
    about = f"{_line(card.description)}\n\n" if card.description else ""
    return (
        f"{about}{card.evaluations} human evaluations by {card.raters} raters, exported from the project "
        f"`{card.project}` at {card.exported_at} with {card.software}. Raters go by pseudonyms that are the same in "
        "every export of this project. Evaluations that their own rater has corrected are left out "
        f"({card.superseded}); each correction names the evaluation it replaces and the reason.\n{_repeats(card)}"
    )


def _repeats(card: DataCard) -> str:
    if not card.repeats:
        return ""
    return (
        f"\nBeside these there are {card.repeats} repeats, marked `is_repeat`: the rater had judged the item before "
        "and was not told. Leave them out of everything but consistency of raters with themselves.\n"
    )


def _files(card: DataCard) -> str:
    lines = ["## Files\n", "| File | Rows | What it holds |", "|---|---:|---|"]
    lines += [f"| `{table.file}` | {table.rows} | {table.description} |" for table in card.tables]
    lines += [
        "| `guidelines/` | | Each guideline version and its rubric, as raters read them. |",
        "| `manifest.json` | | Size, rows and SHA-256 of every file; written last, when all is there. |",
    ]
    return "\n".join(lines) + "\n"


def _guidelines(card: DataCard) -> str:
    lines = [
        "## Guideline versions\n",
        "Answers given under different versions follow different rules: aggregates never pool them.\n",
        "| Version | Published | Change | Summary | Evaluations | SHA-256 of guideline and rubric |",
        "|---:|---|---|---|---:|---|",
    ]
    lines += [
        f"| {version.number} | {version.published_at} | {version.change_class} | {_cell(version.summary)} "
        f"| {version.evaluations} | `{version.content_hash}` |"
        for version in card.versions
    ]
    return "\n".join(lines) + "\n"


def _agreement(version: CardVersion) -> str:
    lines = [
        f"## Agreement under version {version.number}\n",
        _HOW_AGREEMENT_IS_MEASURED,
        "| Criterion | Ratings | Doubled items | Exact | Within 1 | Alpha | Verdict |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {_cell(row.criterion)} | {row.n} | {row.doubled_items} | {row.exact} | {row.within_one} | {row.alpha} "
        f"| {_cell(row.verdict)} |"
        for row in version.agreement
    ]
    return "\n".join(lines) + "\n"


_HOW_AGREEMENT_IS_MEASURED = """\
Krippendorff's alpha with its 95 % interval (delete-one-item jackknife); exact and within-one agreement are shares of
pairs of raters. What counts as healthy depends on the kind of question; below 20 doubled items there is no verdict.
"""

_USE = """## Terms and limits

- **Licence: not stated.** Neither the images nor the evaluations were given a licence in Rubrica. State one before
  passing the data on; the images themselves are not part of this export and are named by their SHA-256.
- Explanations and notes are free text by raters. Read them before publishing: they may name people or places.
- Coordinates are shares of the displayed image (EXIF orientation applied), from its left upper corner.
- In pairs, `a` and `b` are the item's own slots. `shown_first` says which stood on the left for that rater; only
  explanations and `answer_as_given` speak of what was shown.
- In CSV, text that a spreadsheet could take for a formula begins with an apostrophe; text that begins with an
  apostrophe has two. Take one away to get the exact text. JSONL and Parquet hold the text as it is.
"""


def _columns(table: CardTable) -> str:
    lines = [f"## Columns of `{table.file}`\n", "| Column | Type | What it says |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {column.type} | {_cell(column.description)} |" for column in table.columns]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Return text from people as one line that starts nothing in Markdown but words."""
    return " ".join(text.split()).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
