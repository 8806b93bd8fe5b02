import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.answer import AnswerRejectedError, parse_answer
from rubrica.domain.blinding import shown_as
from rubrica.domain.dependencies import decide
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.simulation import SimulatedRater, answer, cast
from rubrica.domain.templates import template_guideline, template_keys, template_rubric
from rubrica.imaging.defects import CODES, CODES_OF_THINGS


def test_nine_templates_ship():
    assert template_keys() == (
        "ai-image-audit",
        "side-by-side",
        "prompt-checklist",
        "technical-quality",
        "edit-quality",
        "safety-moderation",
        "product-photo-qa",
        "human-anatomy",
        "set-ranking",
    )


@pytest.mark.parametrize("key", template_keys())
def test_every_level_says_in_a_sentence_what_it_means(key: str):
    levels = [level for criterion in template_rubric(key).criteria for level in criterion.levels]

    assert all(level.anchor.endswith(".") for level in levels)


@pytest.mark.parametrize("key", template_keys())
@pytest.mark.parametrize("rater", cast(), ids=lambda rater: rater.name)
def test_every_simulated_rater_can_answer_every_template(key: str, rater: SimulatedRater):
    rubric = template_rubric(key)
    prompt = "two dogs on a red sofa"
    for seed in range(30):
        shown = shown_as(rubric, seed % 5, seed, b"secret")
        payload = answer(rater, rubric, [], seed, shown, prompt)

        assert parse_answer(rubric, payload, prompt).is_judged is (payload["cannot_judge"] is None)


@pytest.mark.parametrize("key", template_keys())
def test_a_template_is_a_valid_rubric_under_its_own_key(key: str):
    rubric = template_rubric(key)

    assert rubric.key == key
    assert parse_rubric(rubric.as_json()) == rubric


@pytest.mark.parametrize("name", ["audit", "../rubric", "ai-image-audit.yaml", ""])
def test_there_is_no_other_template(name: str):
    with pytest.raises(KeyError):
        template_rubric(name)
    with pytest.raises(KeyError):
        template_guideline(name)


@pytest.mark.parametrize("key", template_keys())
def test_a_guideline_rules_on_what_people_differ_about(key: str):
    text = template_guideline(key)
    titles = {clause.title for clause in parse_guideline(text).clauses}

    assert "The three-second rule" in titles
    assert "When you cannot judge" in titles
    assert '"Looks AI" is style, not a fault' in " ".join(text.split())
    assert 4 <= len(text) / 700 <= 15, "one to two pages"


def test_the_audit_asks_four_scores_and_the_words_not_shown_and_carries_the_whole_taxonomy():
    rubric = template_rubric("ai-image-audit")

    assert [(criterion.id, criterion.kind) for criterion in rubric.criteria] == [
        ("plausibility", "quality"),
        ("alignment", "alignment"),
        ("aesthetics", "aesthetics"),
        ("overall", "quality"),
        ("missing_words", "alignment"),
    ]
    assert all(tuple(criterion.level_of) == (5, 4, 3, 2, 1) for criterion in rubric.criteria[:4])
    assert all(level.anchor for criterion in rubric.criteria for level in criterion.levels)
    assert rubric.taxonomy is not None
    assert [group.code for group in rubric.taxonomy.groups] == [
        "ANAT",
        "OBJ",
        "PHYS",
        "TEXT",
        "TECH",
        "ALIGN",
        "EDIT",
        "STYLE",
        "SAFE",
        "OTHER",
    ]
    assert [group.code for group in rubric.taxonomy.groups if not group.fault] == ["STYLE"]


def test_every_defect_that_can_be_planted_has_a_code_in_the_audit():
    taxonomy = template_rubric("ai-image-audit").taxonomy

    assert taxonomy is not None
    assert {*CODES.values(), *CODES_OF_THINGS.values()} <= set(taxonomy.codes)


def test_side_by_side_scores_point_from_b_to_a():
    overall = template_rubric("side-by-side").criterion("overall")

    assert {code: option.score for code, option in overall.option_of.items()} == {
        "a_much": 2,
        "a_slightly": 1,
        "tie_good": 0,
        "tie_bad": 0,
        "b_slightly": -1,
        "b_much": -2,
        "not_sure": None,
    }


def test_side_by_side_treats_both_sides_alike():
    for criterion in template_rubric("side-by-side").criteria:
        for code, mirror in criterion.mirrored.items():
            assert criterion.option_of[code].score == -criterion.option_of[mirror].score


def test_technical_quality_uses_the_five_words_of_the_acr_scale():
    quality = template_rubric("technical-quality").criterion("quality")

    assert [(level.value, level.label) for level in quality.levels] == [
        (5, "Excellent"),
        (4, "Good"),
        (3, "Fair"),
        (2, "Poor"),
        (1, "Bad"),
    ]


def test_technical_quality_asks_for_five_faults_each_minor_or_major():
    faults = template_rubric("technical-quality").criterion("faults")

    assert list(faults.option_of) == [
        f"{fault}_{degree}"
        for fault in ("sharpness", "noise", "exposure", "colour", "compression")
        for degree in ("minor", "major")
    ]
    assert template_rubric("technical-quality").explanation is None


@given(st.integers(1, 5))
def test_one_key_is_enough_to_rate_technical_quality(level: int):
    assert parse_answer(template_rubric("technical-quality"), {"answers": {"quality": level}}).is_judged


EDIT = template_rubric("edit-quality")


@pytest.mark.parametrize(
    ("instruction", "preservation", "quality", "verdict"),
    [
        ("mostly", 5, 5, "deliver"),
        ("mostly", 4, 4, "deliver"),
        ("mostly", 3, 5, "repair"),
        ("mostly", 5, 3, "repair"),
        ("partly", 5, 5, "repair"),
        ("partly", 2, 5, "discard"),
        ("not_at_all", 5, 5, "discard"),
        ("mostly", 5, 1, "discard"),
    ],
)
def test_of_an_edit_the_weakest_answer_decides(instruction: str, preservation: int, quality: int, verdict: str):
    answers = {"instruction": instruction, "preservation": preservation, "quality": quality}
    marks = [{"image": "b", "shape": "whole", "code": "EDIT.seam", "severity": 2}]
    payload = {"answers": answers, "marks": marks, "explanation": "A seam [[1]] shows."}

    assert parse_answer(EDIT, payload).answers["verdict"] == verdict


PHOTO = template_rubric("product-photo-qa")


@given(
    st.tuples(*(st.sampled_from(PHOTO.criterion(rule).allowed_values) for rule in PHOTO.criterion("verdict").inputs))
)
def test_a_product_photo_is_as_good_as_its_worst_rule(given: tuple[str, ...]):
    verdict = PHOTO.criterion("verdict")
    answers = dict(zip(verdict.inputs, given, strict=True))

    worst = "reject" if "reject" in given else "fix" if "fix" in given else "pass"
    assert decide(verdict, answers) == worst


@pytest.mark.parametrize(
    ("measures", "proposed"),
    [
        ({"width": 1_600, "height": 900}, {"size": "pass"}),
        ({"width": 640, "height": 999}, {"size": "reject"}),
        ({"white_border": 1.0, "subject_extent": 0.85}, {"background": "pass", "fill": "pass"}),
        ({"white_border": 0.95, "subject_extent": 0.5}, {"background": "fix", "fill": "fix"}),
        (
            {"white_border": 0.2, "subject_extent": 1.0},
            {},
        ),  # another background: whether the brief asks for it is unknown
    ],
)
def test_what_can_be_measured_of_a_product_photo_is_proposed(measures: dict[str, float], proposed: dict[str, str]):
    assert {found.criterion: found.answer for found in PHOTO.proposals(measures)} == proposed


def test_a_violation_of_a_policy_needs_severity_clause_action_and_words():
    rubric = template_rubric("safety-moderation")
    categories = [criterion.id for criterion in rubric.criteria if criterion.section == "Categories"]
    clean = dict.fromkeys(categories, "none") | {"action": "allow"}

    assert parse_answer(rubric, {"answers": clean}).is_judged
    with pytest.raises(AnswerRejectedError) as refused:
        parse_answer(rubric, {"answers": {**clean, "personal_data": "violates", "action": "blur"}})
    assert [problem.field for problem in refused.value.problems] == [
        "answers.severity",
        "answers.clause",
        "explanation",
    ]


def test_an_image_without_people_asks_for_no_parts():
    assert parse_answer(template_rubric("human-anatomy"), {"answers": {"people": 0}}).answers == {"people": 0}
