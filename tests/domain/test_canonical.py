import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrica.domain.canonical import NotCanonicalError, canonical_json, sha256_hex
from tests.domain.strategies import canonical_values


def test_the_example_of_rfc_8785_is_written_as_printed_there():
    """RFC 8785, section 3.2.2 and the result in section 3.2.4."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    written = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_json(value) == written.encode()


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(bits: str, written: str):
    """RFC 8785, appendix B."""
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert canonical_json(number) == written.encode()


def test_keys_are_sorted_by_utf_16_code_units():
    """RFC 8785, section 3.2.3: an emoji (a surrogate pair) comes before U+FB33."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    assert list(json.loads(canonical_json(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_a_tuple_is_a_list_and_a_whole_float_is_an_integer():
    assert canonical_json((1, 2.0)) == canonical_json([1, 2]) == b"[1,2]"


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**53,
        -(2**53),
        "\ud800",
        {"\ud800": 1},
        {"é\ud800": 1},
        {1: 2},
        b"x",
        {1, 2},
        [object()],
    ],
)
def test_what_has_no_canonical_json_is_refused(value: object):
    with pytest.raises(NotCanonicalError):
        canonical_json(value)


def test_nesting_is_limited():
    value: list[object] = []
    for _ in range(10_000):
        value = [value]

    with pytest.raises(NotCanonicalError, match="nested deeper than 64"):
        canonical_json(value)


@settings(max_examples=50)
@given(canonical_values)
def test_canonical_json_says_the_same_as_the_value(value: object):
    assert json.loads(canonical_json(value), parse_int=float) == value


@settings(max_examples=50)
@given(canonical_values)
def test_writing_what_was_read_changes_nothing(value: object):
    written = canonical_json(value)

    assert canonical_json(json.loads(written, parse_int=float)) == written


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), st.integers(0, 9), min_size=2), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], random):
    keys = list(value)
    random.shuffle(keys)

    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


def test_the_hash_is_sha_256_in_hexadecimal():
    """FIPS 180-4, example for the message "abc"."""
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
