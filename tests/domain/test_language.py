"""Languages: tags in one spelling, and levels that can be compared."""

import pytest

from rubrica.domain.language import LANGUAGE_NAMES, LEVELS, Level, language_name, language_tag, level_in, rank


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("English", "en"),
        ("es-419", "es-419"),
        ("xx", ""),
        ("en-zz", ""),
        ("en-GB-oed", ""),
        ("", ""),
        ("e\u0301n", ""),
    ],
)
def test_a_tag_or_a_name_means_a_language(text, tag):
    assert language_tag(text) == tag


def test_every_name_leads_back_to_its_code():
    assert {code: language_tag(name) for code, name in LANGUAGE_NAMES.items()} == {
        code: code for code in LANGUAGE_NAMES
    }


def test_a_name_tells_the_region():
    assert [language_name(tag) for tag in ("en", "pt-BR", "zh-Hant-TW", "es-419")] == [
        "English",
        "Portuguese (Brazil)",
        "Chinese (Taiwan)",
        "Spanish",
    ]


def test_levels_rise_from_the_first_words_to_the_mother_tongue():
    assert [rank(level) for level in LEVELS] == [1, 2, 3, 4, 5, 6, 7]
    assert (LEVELS[0], LEVELS[-1]) == (Level.A1, Level.NATIVE)


def test_the_best_of_its_variants_says_how_well_a_language_is_known():
    known = {"en-GB": Level.B2, "en-US": Level.C1, "de": Level.A1}

    assert level_in(known, "en") == Level.C1
    assert level_in(known, "de-AT") == Level.A1
    assert level_in(known, "fr") is None
