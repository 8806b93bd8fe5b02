"""Exported tables: what is written is read back, in every format, and a spreadsheet runs nothing."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.formats.columns import Column
from rubrica.formats.csv_table import CsvWriter, neutralised, read_csv_table, restored
from rubrica.formats.jsonl_table import JsonlWriter, read_jsonl_table
from rubrica.formats.parquet_table import ROWS_PER_GROUP, ParquetWriter, read_parquet_table

COLUMNS = (
    Column("name", "text", "A name."),
    Column("count", "integer", "A count."),
    Column("score", "number", "A score."),
    Column("is_good", "flag", "Whether."),
    Column("at", "moment", "When."),
    Column("more", "json", "More."),
)
FORMATS = {
    "csv": (CsvWriter, read_csv_table),
    "jsonl": (JsonlWriter, read_jsonl_table),
    "parquet": (ParquetWriter, read_parquet_table),
}

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001  (made aware)
ROWS = st.fixed_dictionaries(
    {
        "name": TEXT,
        "count": st.none() | st.integers(-(2**62), 2**62),
        "score": st.none() | NUMBERS,
        "is_good": st.booleans(),
        "at": st.none() | MOMENTS,
        "more": st.none() | JSON,
    }
)


def written(path, form, rows):
    with closing(FORMATS[form][0](path, COLUMNS)) as writer:
        for row in rows:
            writer.write([row])
    return list(FORMATS[form][1](path, COLUMNS))


@pytest.mark.parametrize("form", FORMATS)
@given(rows=st.lists(ROWS, max_size=5))
def test_what_is_written_is_read_back(form, rows, tmp_path_factory):
    assert written(tmp_path_factory.mktemp("table") / "t", form, rows) == rows


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "\uff1d1",
        "\uff0b1",
        "\uff20x",
        "\u22121",
        "%0A=1",
        "|cmd",
        "'already quoted",
    ],
)
def test_text_that_could_run_as_a_formula_gets_an_apostrophe(cell):
    assert neutralised(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a cat", "3 dogs", "a=b", "é"])
def test_other_text_is_left_as_it_is(cell):
    assert neutralised(cell) == cell


@given(TEXT)
def test_taking_one_apostrophe_away_gives_the_text_back(text):
    assert restored(neutralised(text)) == text


def test_numbers_stay_numbers_in_csv(tmp_path):
    row = {"name": "-1", "count": -1, "score": -0.5, "is_good": True, "at": None, "more": None}
    written(tmp_path / "t.csv", "csv", [row])

    assert (tmp_path / "t.csv").read_text().splitlines()[1] == "'-1,-1,-0.5,true,,"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_number_that_is_none_is_refused_and_not_written(form, tmp_path):
    row = {"name": "", "count": 1, "score": 1.0, "is_good": True, "at": None, "more": {"x": float("nan")}}

    with pytest.raises(ValueError, match="not JSON compliant"):
        written(tmp_path / "t", form, [row])


def test_parquet_is_typed_described_and_grouped(tmp_path):
    row = {"name": "x", "count": 1, "score": 0.5, "is_good": True, "at": None, "more": {"a": 1}}
    writer = ParquetWriter(tmp_path / "t", COLUMNS)
    writer.write([row] * (ROWS_PER_GROUP + 1))
    writer.close()

    with pq.ParquetFile(tmp_path / "t") as file:
        assert [str(field.type) for field in file.schema_arrow] == [
            "string",
            "int64",
            "double",
            "bool",
            "timestamp[us, tz=UTC]",
            "string",
        ]
        assert file.schema_arrow.field("more").metadata[b"description"] == b"More."
        assert file.num_row_groups == 2


def test_each_json_line_is_one_object_in_the_order_of_the_columns(tmp_path):
    row = {"name": "a\u2028b", "count": 1, "score": 0.5, "is_good": True, "at": None, "more": [1]}
    written(tmp_path / "t", "jsonl", [row, row])

    lines = (tmp_path / "t").read_bytes().split(b"\n")
    assert [json.loads(line) for line in lines[:2]] == [row, row]
    assert list(json.loads(lines[0])) == [column.name for column in COLUMNS]
