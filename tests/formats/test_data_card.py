"""The data card: YAML that the Hub reads, Markdown that nothing from people can break."""

import yaml

from rubrica.formats.columns import Column
from rubrica.formats.data_card import CardAgreement, CardTable, CardVersion, DataCard, data_card

CARD = DataCard(
    title='Audit: "one" <script>',
    description="A | B\nand more",
    project="audit",
    exported_at="2026-03-02T12:00:00.000000Z",
    software="Rubrica 0",
    evaluations=1_500,
    raters=6,
    superseded=2,
    repeats=3,
    tables=[CardTable("evaluations", "evaluations.csv", 1_500, [Column("a", "text", "x | y")], "Rows.")],
    versions=[
        CardVersion(
            1,
            "f" * 64,
            "2026-03-01",
            "clarification",
            "First | version",
            1_500,
            [CardAgreement("overall", 1_500, 400, "60%", "90%", "0.62 (0.55 to 0.68)", "Alpha is 0.62: healthy.")],
        ),
        CardVersion(2, "e" * 64, "2026-03-02", "breaking", "Second", 0, []),
    ],
)


def test_the_head_is_yaml_that_names_the_files():
    head = yaml.safe_load(data_card(CARD).split("---\n")[1])

    assert head["pretty_name"] == CARD.title
    assert head["size_categories"] == ["1K<n<10K"]
    assert head["configs"] == [{"config_name": "evaluations", "data_files": "evaluations.csv", "default": True}]


def test_versions_are_named_with_their_hashes_and_agreement_with_its_interval():
    text = data_card(CARD)

    assert f"`{'f' * 64}`" in text
    assert "| overall | 1500 | 400 | 60% | 90% | 0.62 (0.55 to 0.68) | Alpha is 0.62: healthy. |" in text
    assert "## Agreement under version 1" in text
    assert "## Agreement under version 2" not in text


def test_text_from_people_starts_no_markup():
    text = data_card(CARD)

    assert '# Audit: "one" &lt;script>' in text
    assert "First \\| version" in text
    assert "x \\| y" in text
