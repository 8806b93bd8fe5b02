"""Manifests: what is wrong with the file is said at once, what is wrong with a row in its place."""

import codecs
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.formats.manifest import BadRow, ManifestInvalidError, ManifestRow, read_manifest

BOX = {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}
DEFECT = {"slot": 0, "kind": "swirl", "code": "ANAT.malformed", "box": BOX, "severity": 2}


def csv(text, images=1):
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_manifest(io.BytesIO(data), "csv", images))


def jsonl(*lines, images=1):
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return list(read_manifest(io.BytesIO(data), "jsonl", images))


# --- CSV ---


def test_a_row_has_image_prompt_key_model_and_everything_else_as_metadata():
    (row,) = csv("image,prompt,key,model,camera,iso\na.jpg,a cat,cat-1,birch,Leica,100\n")

    assert row == ManifestRow(
        line=2,
        name="a.jpg",
        images=("a.jpg",),
        models=("birch",),
        key="cat-1",
        prompt="a cat",
        metadata={"camera": "Leica", "iso": "100"},
        known_defects=[],
    )


def test_a_pair_has_two_images_and_two_models():
    (row,) = csv("image_a,image_b,model_a,model_b\na.jpg,b.jpg,birch,cedar\n", images=2)

    assert (row.images, row.models, row.name) == (("a.jpg", "b.jpg"), ("birch", "cedar"), "a.jpg | b.jpg")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_of_other_countries_separate_differently(delimiter):
    text = delimiter.join(["image", "prompt"]) + "\n" + delimiter.join(["a.jpg", "a cat"])

    assert [(row.images, row.prompt) for row in csv(text)] == [(("a.jpg",), "a cat")]


def test_a_byte_order_mark_is_not_part_of_the_first_column():
    assert csv(codecs.BOM_UTF8 + b"image\na.jpg\n")[0].images == ("a.jpg",)


def test_line_numbers_count_lines_of_the_file_and_not_rows():
    rows = csv('image,prompt\na.jpg,"two\nlines"\n\n,none\nc.jpg,end\n')

    assert [(type(row).__name__, row.line) for row in rows] == [("ManifestRow", 2), ("BadRow", 5), ("ManifestRow", 6)]


def test_text_in_quotation_marks_may_hold_anything_that_text_may():
    (row,) = csv('image,prompt\na.jpg,"a ""big"", red\r\nbus"\n')

    assert row.prompt == 'a "big", red\nbus'


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("imgae,prompt", ["no column 'image'", "'imgae'", "rename it", "allowed: image"]),
        ("file", ["no column 'image'", "it has 'file'"]),
        ("image,promt", ["'promt'", "close to 'prompt'"]),
        ("image,,prompt", ["no name in column 2"]),
        ("image,camera,camera", ["'camera' twice"]),
        ("image,a\x00b", ["control character in column 2"]),
        ("image," + ",".join(f"c{n}" for n in range(300)), ["301 columns"]),
    ],
)
def test_a_wrong_header_names_what_is_wrong_and_what_is_allowed(header, words):
    with pytest.raises(ManifestInvalidError) as refused:
        csv(header + "\nx,y\n")

    assert all(word in str(refused.value) for word in words)


def test_a_project_of_pairs_asks_for_both_images():
    with pytest.raises(ManifestInvalidError) as refused:
        csv("image\na.jpg\n", images=2)

    assert [problem.problem.split(" (")[0] for problem in refused.value.problems] == [
        "has no column 'image_a'",
        "has no column 'image_b'",
    ]


@pytest.mark.parametrize(("data", "words"), [(b"", "is empty"), ("image\n".encode("utf-16"), "UTF-16")])
def test_a_file_that_is_no_text_is_refused_at_once(data, words):
    with pytest.raises(ManifestInvalidError, match=words):
        csv(data)


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (b"a.jpg", "wrong-number-of-cells", "1 cells and the header 2"),
        (b"a.jpg,x,y", "wrong-number-of-cells", "3 cells and the header 2"),
        (b",a cat", "bad-row", "image: is missing"),
        (b"a.jpg,nul\x00", "bad-row", "prompt: contains a NUL"),
        (b"a\x00.jpg,x", "bad-row", "image: contains a NUL"),
        (b"a.jpg,latin-1 \xe9", "bad-row", "half of a surrogate pair"),
        (b"a.jpg," + b"x" * 20_001, "bad-row", "at most 20000"),
        (b"a.jpg," + b"x" * 200_000, "bad-row", "field larger than"),
    ],
)
def test_a_bad_row_says_why_and_those_after_it_are_read(row, code, words):
    first, second = csv(b"image,prompt\n" + row + b"\nlast.jpg,ok\n")

    assert isinstance(first, BadRow)
    assert (first.line, first.code) == (2, code)
    assert words in first.reason
    assert second.images == ("last.jpg",)


# --- JSONL ---


def test_columns_of_json_are_read_from_csv_and_an_empty_cell_says_nothing():
    defects = json.dumps([DEFECT]).replace('"', '""')
    first, second = csv(f'image,known_defects,metadata\na.jpg,"{defects}","{{""iso"": 100}}"\nb.jpg,,\n')

    assert (first.known_defects, first.metadata) == ([DEFECT], {"iso": 100})
    assert (second.known_defects, second.metadata) == ([], {})


def test_a_cell_that_should_hold_json_and_does_not_is_refused_with_its_column():
    (row,) = csv("image,known_defects\na.jpg,swirl\n")

    assert (row.line, row.name, row.code) == (2, "a.jpg", "bad-row")
    assert row.reason.startswith("known_defects: is not JSON")


def test_json_lines_carry_metadata_of_any_shape_and_known_defects():
    (row,) = jsonl({"image": "a.jpg", "metadata": {"exif": {"iso": 100}}, "seed": 7, "known_defects": [DEFECT]})

    assert row.metadata == {"seed": 7, "exif": {"iso": 100}}
    assert row.known_defects == [DEFECT]


def test_a_number_can_be_a_key():
    assert jsonl({"image": "a.jpg", "key": 17})[0].key == "17"


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (b'{"image": "a.jpg", "image": "b.jpg"}', "malformed-json", "'image' stands twice"),
        (b'{"image": "a.jpg", "n": NaN}', "malformed-json", "NaN is not a JSON number"),
        (b'{"image": "a.jpg", "n": 1e999}', "malformed-json", "too large"),
        (b'{"image": "a\\u0000.jpg"}', "malformed-json", "NUL"),
        (b'{"image": "a.jpg"', "malformed-json", "JSON"),
        (b"[1]", "malformed-json", "one JSON object a line"),
        (b'{"image": "a.jpg", "prompt": "' + b"x" * 1_000_001 + b'"}', "malformed-json", "longer than"),
        (b'{"imgae": "a.jpg"}', "bad-row", "nearest name is 'imgae'"),
        (b'{"image": 7.5}', "bad-row", "image: is 7.5"),
        (b'{"image": "a.jpg", "metadata": []}', "bad-row", "metadata: is a list"),
        (b'{"image": "a.jpg", "x": 1, "metadata": {"x": 2}}', "bad-row", "given twice"),
        (b'{"image": "a.jpg", "metadata": {"d": [[[[[[[[[[1]]]]]]]]]]}}', "bad-row", "nested deeper"),
        (b'{"image": "a.jpg", "known_defects": {}}', "bad-row", "known_defects: is an object"),
        (b'{"image": "a.jpg", "known_defects": [{"kind": "swirl"}]}', "bad-row", "known_defects[0].box"),
    ],
)
def test_a_bad_line_says_why_and_those_after_it_are_read(line, code, words):
    first, second = jsonl(line, {"image": "last.jpg"})

    assert isinstance(first, BadRow)
    assert (first.line, first.code) == (1, code)
    assert words in first.reason
    assert second.images == ("last.jpg",)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slot": 1}, "slot"),
        ({"severity": 0}, "severity"),
        ({"severity": True}, "severity"),
        ({"box": {**BOX, "x": 1.5}}, "box.x"),
        ({"box": {**BOX, "x": 0.8}}, "box"),
        ({"box": {"x": 0}}, "box"),
        ({"kind": ""}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_defect_off_the_image_or_of_another_shape_is_refused(change, field):
    (row,) = jsonl({"image": "a.jpg", "known_defects": [{**DEFECT, **change}]})

    assert f"known_defects[0].{field}: " in row.reason


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line and b"\r" not in line), max_size=8))
def test_no_bytes_stop_the_reading_of_a_csv(lines):
    rows = list(read_manifest(io.BytesIO(b"image,prompt\n" + b"\n".join(lines)), "csv", 1))

    assert len(rows) <= len(lines)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), min_size=1, max_size=8))
def test_no_bytes_stop_the_reading_of_json_lines(lines):
    data = b"{}\n" + b"\n".join(lines)

    assert len(list(read_manifest(io.BytesIO(data), "jsonl", 1))) <= len(lines) + 1


# --- sets ---


def test_a_set_has_a_column_for_each_image():
    (row,) = csv("image_a,image_b,image_c,model_c\na.jpg,b.jpg,c.jpg,oak\n", images=3)

    assert (row.images, row.models) == (("a.jpg", "b.jpg", "c.jpg"), ("", "", "oak"))


def test_a_set_may_be_listed_in_jsonl():
    (row,) = jsonl({"images": ["a.jpg", "b.jpg", "c.jpg"], "models": ["ash", "", "oak"], "camera": "x"}, images=3)

    assert (row.images, row.models, row.metadata) == (
        ("a.jpg", "b.jpg", "c.jpg"),
        ("ash", "", "oak"),
        {"camera": "x"},
    )


def test_a_list_of_another_length_is_no_set():
    (row,) = jsonl({"images": ["a.jpg", "b.jpg"]}, images=3)

    assert isinstance(row, BadRow)
    assert "image_a: is missing" in row.reason
