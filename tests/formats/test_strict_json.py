"""JSON that two readers could understand differently is refused, with the reason and the place."""

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.formats import strict_json
from rubrica.formats.strict_json import LARGEST_INTEGER, MAX_DEPTH, JsonTooLongError, MalformedJsonError, loads

MOST = 1_000_000

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=30,
)
layouts = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")])


@given(plain, layouts, st.booleans())
def test_what_json_can_say_is_read_as_it_was_written(value, separators, ensure_ascii):
    text = json.dumps(value, separators=separators, ensure_ascii=ensure_ascii).encode()

    assert loads(text, most_bytes=MOST) == value


@given(plain, layouts)
def test_the_quick_and_the_exact_reader_agree_on_good_texts(value, separators):
    text = json.dumps(value, separators=separators, ensure_ascii=False).encode()

    assert strict_json._read_exactly(text) == loads(text, most_bytes=MOST)


FRAGMENTS = [
    *('{"a"', '"b"', '"a" ', ":", ",", "}", "[", "]", "1", "-0", "1e999", "9007199254740993", "NaN", " ", "\n"),
    *('"\\u0000"', '"\\ud800"', '"\\\\u0000"', '"x:y"', '":"', "true", "null", "{}", "[]", '"é"', "\x00", "\x1f"),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_the_quick_reader_takes_no_text_that_the_exact_one_refuses(text):
    def outcome(read):
        try:
            return read()
        except MalformedJsonError as error:
            return str(error)

    assert outcome(lambda: loads(text.encode(), most_bytes=MOST)) == outcome(
        lambda: strict_json._read_exactly(text.encode())
    )


@given(st.binary(max_size=40))
def test_no_bytes_raise_anything_but_the_one_error(data):
    try:
        value = loads(data, most_bytes=MOST)
    except MalformedJsonError:
        return

    assert value == json.loads(data)


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ('{"a": 1, "a": 1}', "the key 'a' stands twice in one object", 10),
        ('{"a":1,"b":{"c":1,"c":2}}', "the key 'c' stands twice in one object", 19),
        ('{"a":1, "\\u0061":2}', "the key 'a' stands twice in one object", 9),
        ('{"a" :1, "a":2, "b":3}', "the key 'a' stands twice in one object", 10),
        ("[NaN]", "NaN is not a JSON number", 2),
        ('["NaN", Infinity]', "Infinity is not a JSON number", 9),
        ("-Infinity", "-Infinity is not a JSON number", 1),
        ("[1, 1e999]", "the number 1e999 is too large", 5),
        ("-1E400", "the number -1E400 is too large", 1),
        ("9007199254740992", "the integer 9007199254740992 is beyond 2**53 - 1, where numbers lose digits", 1),
        ("[-9007199254740992]", "the integer -9007199254740992 is beyond 2**53 - 1, where numbers lose digits", 2),
        ('"\\ud800"', "a text contains half of a surrogate pair (\\ud800)", 2),
        ('"\\ude00\\ud83d"', "a text contains half of a surrogate pair (\\ude00)", 2),
        ('["a", "\\u0000"]', "a text contains NUL (\\u0000)", 8),
        ('{"a\\u0000": 1}', "a text contains NUL (\\u0000)", 4),
        ('"\x00"', "a text contains the raw control character U+0000", 2),
        ('["\n"]', "a text contains the raw control character U+000A", 3),
        ("", "there is nothing but white space", 1),
        ("[1] 2", "something follows the value", 5),
        ("[1,]", "expecting value", 4),
        ("{'a': 1}", "expecting property name enclosed in double quotes", 2),
        ("\ufeff{}", "expecting value", 1),
        ("01", "something follows the value", 2),
    ],
)
def test_a_refusal_names_the_reason_and_the_place(text, reason, position):
    with pytest.raises(MalformedJsonError) as refused:
        loads(text.encode(), most_bytes=MOST)

    assert (refused.value.reason, refused.value.position) == (reason, position)
    assert str(refused.value) == f"{reason} (at character {position})"


def test_bytes_that_are_not_utf_8_are_refused_where_they_stand():
    with pytest.raises(MalformedJsonError, match=r"the byte 0xff is not UTF-8 \(at character 5\)"):
        loads('"é'.encode() + b"a \xff" + b'"', most_bytes=MOST)


def test_an_encoded_surrogate_is_not_utf_8():
    with pytest.raises(MalformedJsonError, match="the byte 0xed is not UTF-8"):
        loads(b'"\xed\xa0\x80"', most_bytes=MOST)


def test_an_escaped_pair_is_one_character_and_an_escaped_backslash_no_escape():
    assert loads(b'["\\ud83d\\ude00", "\\\\u0000"]', most_bytes=MOST) == ["😀", "\\u0000"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_nesting_ends_at_the_limit(opening, closing):
    depth = MAX_DEPTH // len(closing)
    at_the_limit = (opening * depth + "1" + closing * depth).encode()
    beyond = (opening * (depth + 1) + "1" + closing * (depth + 1)).encode()

    loads(at_the_limit, most_bytes=MOST)
    with pytest.raises(MalformedJsonError, match="nested deeper than 64"):
        loads(beyond, most_bytes=MOST)


def test_brackets_inside_texts_are_not_nesting():
    value = ["[" * 100, '"[{' * 50]

    assert loads(json.dumps(value).encode(), most_bytes=MOST) == value


def test_very_deep_nesting_is_refused_without_harm():
    with pytest.raises(MalformedJsonError, match="nested deeper than 64"):
        loads(b"[" * 100_000, most_bytes=MOST)


def test_an_integer_of_very_many_digits_is_refused_before_it_is_read():
    with pytest.raises(MalformedJsonError, match="the integer 1000000000000000000000000000000000000000… is beyond"):
        loads(b"1" + b"0" * 500_000, most_bytes=MOST)


def test_a_long_text_is_refused_before_it_is_read():
    with pytest.raises(JsonTooLongError, match="the text has 11 bytes, and at most 10 are read"):
        loads(b'"xxxxxxxxx"', most_bytes=10)


def test_numbers_keep_their_kind():
    values = loads(b"[1, 1.0, -0, 1e2, 9007199254740991]", most_bytes=MOST)

    assert values == [1, 1.0, 0, 100.0, LARGEST_INTEGER]
    assert [type(value) for value in values] == [int, float, int, float, int]


def test_an_answer_of_ordinary_size_is_settled_by_the_quick_reader():
    mark = {"image": "a", "shape": "box", "geometry": {"x": math.pi / 4, "y": 0.5, "width": 0.1, "height": 0.1}}
    body = json.dumps({"answers": {"overall": 4}, "marks": [mark] * 10, "explanation": "Six fingers [[1]]."}).encode()

    assert strict_json._is_beyond_doubt(msgspec.json.decode(body), body)
