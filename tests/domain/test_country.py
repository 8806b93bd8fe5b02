"""Countries: codes, names, and the countries that a text speaks of."""

import pytest

from rubrica.domain.country import COUNTRY_NAMES, countries_in, country_code


def test_every_country_and_territory_has_a_code():
    assert len(COUNTRY_NAMES) == 249
    assert list(COUNTRY_NAMES) == sorted(COUNTRY_NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [("DE", "DE"), ("de", "DE"), (" Germany ", "DE"), ("USA", "US"), ("Viet Nam", "VN"), ("Mars", ""), ("", "")],
)
def test_a_code_or_a_name_means_a_country(text, code):
    assert country_code(text) == code


def test_every_name_leads_back_to_its_code():
    assert {code: country_code(name) for code, name in COUNTRY_NAMES.items()} == {code: code for code in COUNTRY_NAMES}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("You must reside in Singapore.", ("SG",)),
        ("Open to people in the United States, Canada and the UK", ("US", "CA", "GB")),
        ("contact us, or join us", ()),
        ("Papua New Guinea", ("PG",)),
        ("Germany, and Germany again", ("DE",)),
        ("Omani or Romania", ("RO",)),
    ],
)
def test_a_text_names_countries(text, codes):
    assert countries_in(text) == codes
