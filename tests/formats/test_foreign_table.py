"""Tables of others: what stands in them is read as it stands, and what cannot be read is refused with its line."""

import datetime as dt
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.problems import ProblemsError
from rubrica.formats.foreign_table import _explain, _records, read_foreign_csv, read_foreign_table

COLUMNS = ("item", "rater", "value")


def csv_table(content, columns=COLUMNS):
    return read_foreign_csv(pa.py_buffer(content if isinstance(content, bytes) else content.encode()), columns)


def parquet_table(tmp_path, **columns):
    path = tmp_path / "ratings.parquet"
    pq.write_table(pa.table(columns), path)
    return read_foreign_table(path, COLUMNS)


def refusal(content, read=lambda table: table.values("value", words=False)):
    with pytest.raises(ProblemsError) as refused:
        read(csv_table(content))
    return str(refused.value)


# --- what is read ---


def test_cells_are_words_and_numbers_and_empty_ones_are_missing():
    table = csv_table("item,rater,value\na.png,7,4\nb.png,12,\n")

    assert [column.to_pylist() for column in table.identities("item")] == [["a.png", "b.png"]]
    assert [column.to_pylist() for column in table.identities("rater")] == [[7, 12]]
    assert table.values("value", words=False).to_pylist() == [4, None]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfitem,rater,value\na,x,1\n",
        b"item,rater,value\r\na,x,1\r\n",
        b"\n\nitem,rater,value\n\na,x,1\n\n",
        b'"item","rater","value"\n"a","x","1"',
        b"note,value,item,rater,item 2\nno\xff utf-8 here,1,a,x,\n",
    ],
    ids=["byte order mark", "windows", "empty lines", "quotes", "other columns"],
)
def test_a_file_is_read_however_it_was_written(content):
    table = csv_table(content)

    assert [table.columns[name].to_pylist() for name in COLUMNS] == [["a"], ["x"], ["1"]]


def test_identities_stay_words_where_one_of_them_is_no_whole_number():
    table = csv_table("item,rater,value\n007,1,1\n8,1.0,1\n")

    assert table.identities("item")[0].to_pylist() == ["007", "8"]
    assert table.identities("rater")[0].to_pylist() == ["1", "1.0"]


def test_two_columns_of_the_same_things_are_numbers_only_together():
    table = csv_table("item,rater,value\n1,x,1\n2,3,1\n")

    assert [column.to_pylist() for column in table.identities("item", "rater")] == [["1", "2"], ["x", "3"]]


def test_numbers_too_long_for_numbers_are_identities_all_the_same():
    table = csv_table("item,rater,value\n99999999999999999999,1,1\n99999999999999999998,1,1\n")

    assert table.identities("item")[0].to_pylist() == ["99999999999999999999", "99999999999999999998"]


@pytest.mark.parametrize(("cell", "number"), [("4", 4), (" 4.50", 4.5), (".5", 0.5), ("-1e2", -100.0), ("+3", 3)])
def test_a_cell_is_the_number_that_it_reads_as(cell, number):
    assert csv_table(f"item,rater,value\na,x,{cell}\n").values("value", words=False).to_pylist() == [number]


def test_words_are_kept_where_words_may_be():
    assert csv_table("item,rater,value\na,x,4\na,y,good\n").values("value", words=True).to_pylist() == ["4", "good"]


@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=5)] * 2),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_quoted_is_read_back(rows):
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)

    table = csv_table(f"item,rater\n{quoted}\n", ("item", "rater"))

    assert list(zip(*(table.columns[name].to_pylist() for name in ("item", "rater")), strict=True)) == rows


def test_a_row_longer_than_what_is_parsed_at_once_is_read():
    assert csv_table("item,rater,value\na,1,1\n" + "x" * 9_000_000 + ",1,1\n").n_rows == 2


def test_a_pipe_is_read_like_a_file(tmp_path):
    path = tmp_path / "pipe.csv"
    path.symlink_to("/dev/null")

    with pytest.raises(ProblemsError, match="is empty"):
        read_foreign_table(path, COLUMNS)


# --- what is refused ---


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "standard input: is empty"),
        (b"\n \n", "standard input: is empty"),
        (b"item,rater,value\n", "has no rows below its header"),
        (b"item,ratr,value\na,x,1\n", "has no column 'rater' (did you mean 'ratr'?); allowed: one of 'item', 'ratr'"),
        (b"item,rater,value,item\na,x,1,b\n", "has 2 columns 'item'"),
        (b"item;rater;value\na;x;1\n", "seems to be divided by ';'"),
        (b"item\trater\tvalue\na\tx\t1\n", "seems to be divided by '\\t'"),
        (b"item,rater,value\na,x\n", "line 2: has 2 cells where the header has 3"),
        (b'item,rater,value\n"a\nb",x,1\n\na,x,1,2\n', "line 5: has 4 cells where the header has 3"),
        (b'item,rater,value\n"a,x,1\nb,x,1\n', "line 2: has 1 cell where the header has 3"),
        ("item,rater,value\na,x,1\né,x,1\n".encode("latin-1"), "line 3: is not text in UTF-8"),
        ("ïtem,rater,value\na,x,1\n".encode("latin-1"), "line 1: is not text in UTF-8"),
        ("item,rater,value\na,x,1\n".encode("utf-16"), "is not text in UTF-8"),
        (b"PAR1 and so on", "is a Parquet file"),
        (b"item,rater,value," + b"x" * 200_000 + b"\na,x,1,1\n", "line 1: cannot be read: field larger"),
        (b"item,rater,value\na,x,1," + b"x" * 200_000 + b"\n", "cannot be read: CSV parse error"),
        (b'item,rater,value\n"a\nb",x,1\nb,y,n/a\n', "line 4: has 'n/a' in 'value'; allowed: a number"),
        (b"item,rater,value\na,x,nan\n", "line 2: has 'nan' in 'value'"),
        (b"item,rater,value\na,x,1_0\n", "line 2: has '1_0' in 'value'"),
        (b"item,rater,value\na,x,1e999\n", "line 2: has '1e999' in 'value'"),
        (
            b"item,rater,value\na,x,9007199254740993\n",
            "has '9007199254740993' in 'value'; allowed: a number up to 2**53",
        ),
        (b"item,rater,value\na,x," + b"9" * 5000 + b"\n", "line 2: has '99999"),
        (b"item,rater,value\na,x," + b"x" * 200_000 + b"\n", "line 2: has 'xxxxx"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content, words):
    assert words in refusal(content)
    assert "\n" not in refusal(content)


def test_records_are_counted_in_lines_over_quotes_and_empty_lines():
    content = b'a,b\r\n\r\n"1\n2",3\r\n4,"5'

    assert list(_records(pa.py_buffer(content))) == [(1, "a,b\r\n"), (3, '"1\n2",3\r\n'), (5, '4,"5')]
    assert list(_records(pa.py_buffer(b"a\nb\n"))) == [(1, "a\n"), (2, "b\n")]


def test_what_only_the_parser_knows_is_refused_in_its_words():
    with pytest.raises(ProblemsError, match=r"^x: cannot be read: Too odd; allowed: CSV in UTF-8 with a header$"):
        _explain(pa.py_buffer(b"item\na\n"), "x", pa.ArrowInvalid("Too odd\nfor words"))


def test_a_quote_inside_a_cell_opens_nothing():
    assert "line 4: has 'n' in 'value'" in refusal(b'item,rater,value\n3" disk,x,1\n4" disk,x,2\n5,"y, ""z",n\n')


@pytest.mark.parametrize("blank", ["", "   ", '""'])
def test_a_rating_of_nothing_or_nobody_is_refused_with_its_line(blank):
    content = f"item,rater,value\na,x,1\n\nb,{blank},2\n"

    assert "line 4: has nothing in 'rater'" in refusal(content, lambda table: table.identities("rater"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.csv", "No such file"),
        ("folder.csv", "Is a directory"),
        ("ratings.xlsx", "ends in '.xlsx'"),
        ("ratings", "has no ending"),
    ],
)
def test_what_is_no_file_of_ratings_is_refused(tmp_path, name, words):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(ProblemsError, match=words):
        read_foreign_table(tmp_path / name, COLUMNS)


# --- Parquet ---


def test_columns_of_parquet_keep_their_kinds(tmp_path):
    table = parquet_table(
        tmp_path,
        item=pa.array(["b", "a"]).dictionary_encode(),
        rater=[dt.date(2026, 1, 2), dt.date(2026, 1, 3)],
        value=pa.array([decimal.Decimal("1.5"), None]),
    )

    assert table.identities("item")[0].to_pylist() == ["b", "a"]
    assert table.identities("rater")[0].to_pylist() == ["2026-01-02", "2026-01-03"]
    assert table.values("value", words=False).to_pylist() == [1.5, None]


def test_moments_finer_than_microseconds_and_unsigned_numbers_are_identities(tmp_path):
    moments = pa.array([1, 10**9], pa.timestamp("ns"))
    table = parquet_table(
        tmp_path, item=moments, rater=pa.array([2**64 - 1, 1], pa.uint64()), value=[1.0, float("nan")]
    )

    assert table.identities("item")[0].to_pylist() == ["1970-01-01T00:00:00", "1970-01-01T00:00:01"]
    assert table.identities("rater")[0].to_pylist() == ["18446744073709551615", "1"]
    assert table.values("value", words=False).to_pylist() == [1.0, None]


def test_truth_values_are_words(tmp_path):
    table = parquet_table(tmp_path, item=["a", "b"], rater=[1, 1], value=[True, False])

    assert table.values("value", words=True).to_pylist() == [True, False]
    with pytest.raises(ProblemsError, match="row 1: has true in 'value'"):
        table.values("value", words=False)


def test_a_column_of_nothing_at_all_is_a_column_of_missing_ratings(tmp_path):
    assert (
        parquet_table(tmp_path, item=["a"], rater=["x"], value=pa.nulls(1)).values("value", words=False).null_count == 1
    )


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"item": [[1]], "rater": [1], "value": [1]}, "holds list"),
        ({"item": [b"a"], "rater": [1], "value": [1]}, "holds binary in 'item'"),
        ({"item": ["a"], "rater": [1], "value": [dt.timedelta(1)]}, "holds duration"),
        ({"item": ["a"], "rater": [1]}, "has no column 'value'"),
        ({"item": ["a", " "], "rater": [1, 1], "value": [1, 1]}, "row 2: has nothing in 'item'"),
        ({"item": ["a", "b"], "rater": [1, 1], "value": [1.0, float("inf")]}, "row 2: has inf in 'value'"),
        ({"item": ["a"], "rater": [1], "value": [dt.date(2026, 1, 1)]}, "row 1: has '2026-01-01' in 'value'"),
    ],
)
def test_columns_that_hold_no_ratings_are_refused(tmp_path, columns, words):
    with pytest.raises(ProblemsError, match=words.replace("(", r"\(")):
        read_all(parquet_table(tmp_path, **columns))


def read_all(table):
    table.identities("item")
    table.values("value", words=False)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1 cut short PAR1", b"item,rater,value\na,x,1\n"])
def test_a_broken_parquet_file_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)

    with pytest.raises(ProblemsError, match=r"^'broken.parquet': (is empty|cannot be read)") as refused:
        read_foreign_table(path, COLUMNS)
    assert "\n" not in str(refused.value)
