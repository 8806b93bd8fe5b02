"""Rubrics and answers of every shape, for properties that must hold for all of them."""

import string

from hypothesis import strategies as st

from rubrica.domain.blinding import Presentation
from rubrica.domain.rubric import Rubric, parse_rubric

codes = st.text(string.ascii_lowercase, min_size=2, max_size=6)
lines = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)
shares = st.floats(0, 1, allow_nan=False)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
"""Anything a lenient JSON decoder may hand over, NaN, infinities and lone surrogates included."""


def values_with(texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """Return JSON values whose numbers are exact and whose texts and keys are drawn from ``texts``."""
    numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=8,
    )


canonical_values = values_with(st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
"""What has canonical JSON."""

written_values = values_with(st.text(st.characters(exclude_categories=("C",)), max_size=20))
"""The same without control characters, as people write files."""


@st.composite
def scales(draw: st.DrawFn) -> dict[str, object]:
    highest = draw(st.integers(-3, 10))
    count = draw(st.integers(2, 11))
    worked = {"item": draw(lines), "right": highest, "wrong": highest - 1, "why": draw(lines)}
    return {
        "type": "scale",
        **({"worked_examples": [worked]} if draw(st.booleans()) else {}),
        "levels": [
            {"value": highest - step, "label": draw(lines), "anchor": draw(st.just("") | lines)}
            for step in range(count)
        ],
    }


@st.composite
def choices(draw: st.DrawFn, *, pair: bool) -> dict[str, object]:
    names = draw(st.lists(codes, min_size=2, max_size=5, unique=True))
    options: list[dict[str, object]] = [{"code": name, "label": name} for name in names]
    if pair and draw(st.booleans()):
        options += [
            {"code": "a_better", "label": "A", "score": 1, "mirror": "b_better"},
            {"code": "b_better", "label": "B", "score": -1, "mirror": "a_better"},
        ]
        options[0]["score"] = 0
        return {"type": "choice", "kind": "pair", "options": options}
    for option in options if not pair else ():
        if draw(st.booleans()):
            option["score"] = draw(st.floats(-5, 5))
    return {"type": "choice", "options": options}


@st.composite
def ticks(draw: st.DrawFn, *, pair: bool) -> dict[str, object]:
    names = draw(st.lists(codes, min_size=1, max_size=5, unique=True))
    options: list[dict[str, object]] = [{"code": name, "label": name} for name in names]
    for option in options:
        if draw(st.booleans()):
            option["group"] = draw(st.sampled_from(["one", "two"]))
    if pair and draw(st.booleans()):
        options += [
            {"code": "a_noise", "label": "A", "mirror": "b_noise"},
            {"code": "b_noise", "label": "B", "mirror": "a_noise"},
        ]
    return {"type": "ticks", "kind": "artifact", "options": options}


@st.composite
def taxonomies(draw: st.DrawFn) -> dict[str, object]:
    groups = []
    for group_code in draw(st.lists(st.sampled_from(["ANAT", "OBJ", "TECH"]), min_size=1, unique=True)):
        errors = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
        groups.append(
            {
                "code": group_code,
                "name": group_code.title(),
                "parts": draw(st.lists(codes, max_size=3, unique=True)),
                "fault": draw(st.booleans()),
                "errors": [{"code": error, "name": error} for error in errors],
            }
        )
    return {"version": draw(st.integers(1, 9)), "groups": groups}


@st.composite
def conditions(draw: st.DrawFn, criteria: list[dict[str, object]], *, severity: bool) -> list[dict[str, object]]:
    drawn: list[dict[str, object]] = []
    for criterion in criteria:
        if criterion["type"] == "scale" and draw(st.booleans()):
            values = [level["value"] for level in criterion["levels"]]
            bound = draw(st.sampled_from(["at_most", "at_least"]))
            drawn.append({"criterion": criterion["id"], bound: draw(st.sampled_from(values))})
        elif "options" in criterion and draw(st.booleans()):
            drawn.append({"criterion": criterion["id"], "any_of": [option["code"] for option in criterion["options"]]})
    if severity and draw(st.booleans()):
        drawn.append({"severity_at_least": draw(st.integers(1, 4))})
    return drawn


_PLAIN: list[dict[str, object]] = [
    {"type": "yes_no"},
    {"type": "count", "minimum": 1, "maximum": 9},
    {"type": "text", "max_characters": 40},
]


@st.composite
def rubric_data(draw: st.DrawFn) -> dict[str, object]:
    """Return the JSON of a valid rubric."""
    pair = draw(st.booleans())
    kinds = st.one_of(scales(), choices(pair=pair), ticks(pair=pair), st.sampled_from(_PLAIN))
    criteria = [
        {
            "id": criterion_id,
            "name": draw(lines),
            "question": draw(lines),
            "required": draw(st.booleans()),
            **({"clause": "PL-1.2"} if draw(st.booleans()) else {}),
            **draw(kinds),
        }
        for criterion_id in draw(st.lists(codes, min_size=1, max_size=4, unique=True))
    ]
    shapes = draw(st.lists(st.sampled_from(["point", "box", "polygon", "brush"]), unique=True))
    data: dict[str, object] = {
        "format": "rubrica/rubric/1",
        "key": draw(st.from_regex(r"[a-z]{1,5}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)),
        "name": draw(lines),
        "unit": "pair" if pair else "single",
        "prompt": draw(st.sampled_from(["shown", "hidden", "none"])),
        "criteria": criteria,
        "overlap": draw(st.integers(1, 50)),
    }
    if shapes:
        data["marks"] = {"shapes": shapes, "required_when": draw(conditions(criteria, severity=False))}
        if draw(st.booleans()):
            data["taxonomy"] = draw(taxonomies())
    if draw(st.booleans()):
        data["explanation"] = {
            "label": "Why",
            "max_characters": draw(st.integers(20, 400)),
            "required_when": draw(conditions(criteria, severity=bool(shapes))),
            "cite_mark": draw(st.booleans()),
        }
    if draw(st.booleans()):
        data["cannot_judge"] = [
            {"code": code, "label": code} for code in draw(st.lists(codes, max_size=2, unique=True))
        ]
    return data


rubrics = rubric_data().map(parse_rubric)


def presentations(rubric: Rubric) -> st.SearchStrategy[Presentation]:
    """Return the orders in which the images of a unit can be shown."""
    orders = [(0, 1), (1, 0)] if rubric.images > 1 else [(0,)]
    return st.sampled_from([Presentation(order) for order in orders])


@st.composite
def marks(draw: st.DrawFn, rubric: Rubric) -> dict[str, object]:
    shape = draw(st.sampled_from([*rubric.marks.shapes, "whole"]))
    x, y = draw(shares), draw(shares)
    geometry: dict[str, object] = {
        "point": {"x": x, "y": y},
        "box": {"x": x / 2, "y": y / 2, "width": 0.25, "height": 0.5},
        "polygon": {"points": [[x, y], [y, x], [0, 1], [1, 0.5]]},
        "brush": {"width": 0.05, "height": 0.1, "strokes": [[[x, y]], [[y, x], [0, 1]]]},
        "whole": {},
    }[shape]
    mark: dict[str, object] = {
        "image": draw(st.sampled_from(["a", "b"][: rubric.images])),
        "shape": shape,
        "geometry": geometry,
        "note": draw(st.just("") | lines),
        "missing": draw(st.none() | st.booleans()),
        "clause": draw(st.none() | st.just("") | st.just("PL-1.2")),
    }
    if rubric.taxonomy is not None:
        mark["code"] = draw(st.sampled_from(rubric.taxonomy.codes))
        mark["severity"] = draw(st.sampled_from(list(rubric.severity_of)))
        parts = rubric.taxonomy.group_of[mark["code"]].parts
        mark["part"] = draw(st.none() | st.sampled_from(parts)) if parts else None
    return mark


@st.composite
def payloads(draw: st.DrawFn, rubric: Rubric) -> dict[str, object]:
    """Return an answer that fits ``rubric``: with a mark and an explanation wherever there can be one."""
    answers: dict[str, object] = {}
    for criterion in rubric.criteria:
        if not criterion.required and draw(st.booleans()):
            continue
        if criterion.type == "text":
            answers[criterion.id] = draw(lines)
            continue
        if criterion.type != "ticks":
            values = criterion.allowed_values or range(criterion.minimum, criterion.maximum + 1)
            answers[criterion.id] = draw(st.sampled_from(values))
            continue
        one_of_each = {option.group or option.code: option.code for option in draw(st.permutations(criterion.options))}
        answers[criterion.id] = [code for code in one_of_each.values() if draw(st.booleans())]
    payload: dict[str, object] = {"answers": answers}
    if rubric.marks.shapes:
        payload["marks"] = draw(st.lists(marks(rubric), min_size=1, max_size=4))
    if rubric.explanation is not None:
        payload["explanation"] = f"See {'[[1]]' if rubric.marks.shapes else 'it'}: {draw(lines)}"[:20]
    if draw(st.booleans()):
        payload["viewing"] = {
            "active_ms": draw(st.integers(0, 100_000)),
            "maximum_zoom": draw(st.floats(0, 9)),
            "channels": draw(st.lists(st.sampled_from(["red", "green", "blue", "luminance"]))),
        }
    return payload
