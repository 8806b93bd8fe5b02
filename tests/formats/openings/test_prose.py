"""Descriptions: words survive, markup does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.opening import MAX_DESCRIPTION, tidy_text
from rubrica.formats.openings.prose import from_html, to_html
from tests.domain.openings import IMAGE_EVALUATION, descriptions


@given(descriptions)
def test_a_description_survives_the_way_through_html(text):
    assert from_html(to_html(text)) == text


@given(st.text(max_size=300))
def test_any_text_becomes_a_tidy_one(text):
    words = from_html(text)

    assert tidy_text(words) == words


@given(st.text("<>/&;abp \n\"'=-#!", max_size=120))
def test_no_markup_survives_into_what_we_write(text):
    html = to_html(from_html(text))

    stripped = html
    for tag in ("p", "ul", "li", "h3"):
        stripped = stripped.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in stripped.replace("<br>", "")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<h2>Role</h2><ul><li>a</li><li><p>b</p></li></ul>", "## Role\n\n- a\n- b"),
        ("<p>Look<script>alert(1)</script> here</p>", "Look here"),
        ("<p onclick='x()'>Click <a href='javascript:x()'>me</a></p>", "Click me"),
        ("<img src=x onerror=alert(1)>Seen", "Seen"),
        ("<style>p{}</style><p>Styled</p>", "Styled"),
        ("<svg><script>alert(1)</script></svg>Drawn", "Drawn"),
        ("<iframe src='//evil'></iframe>Framed", "Framed"),
        ("<p>a &lt;script&gt; b</p>", "a <script> b"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<p>never closed", "never closed"),
        ("plain &amp; simple\n\nsecond", "plain & simple\n\nsecond"),
        ("a\x00b\x1fc", "abc"),
    ],
)
def test_of_html_the_words_are_kept(html, text):
    assert from_html(html) == text


def test_what_looks_like_markup_in_a_text_is_shown_as_text():
    assert to_html("a <script> b") == "<p>a &lt;script&gt; b</p>"


def test_a_very_long_description_is_cut_at_a_line():
    words = from_html("<p>" + "</p><p>".join(["word " * 100] * 200) + "</p>")

    assert len(words) <= MAX_DESCRIPTION
    assert words.endswith("word")


def test_deep_nesting_costs_no_more_than_its_length():
    assert from_html("<div>" * 20_000 + "deep") == "deep"


def test_headings_and_lists_are_written():
    assert to_html(IMAGE_EVALUATION.description).count("<li>") == 2
    assert "<h3>What you do</h3>" in to_html(IMAGE_EVALUATION.description)
