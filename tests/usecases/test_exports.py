"""Exports: what is stored is what is written, hashes are true, and nobody's name goes out."""

import csv
import hashlib
import json
import os
import shutil
import tracemalloc
import zipfile

import pyarrow.parquet as pq
import pytest
import yaml
from django.conf import settings

from rubrica.domain.guideline import content_hash
from rubrica.domain.review import ReviewEvent
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.csv_table import read_csv_table, restored
from rubrica.formats.jsonl_table import read_jsonl_table
from rubrica.formats.parquet_table import read_parquet_table
from rubrica.measure.opinion.mean import mean_opinion
from rubrica.records.models import AuditEvent, Evaluation, GuidelineDraft, Item, ItemImage, Mark, Project, Rating
from rubrica.usecases import assignments, evaluations, guidelines, reviews
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError
from rubrica.usecases.exports import EXPORT_FORMATS, export_archive, export_project
from rubrica.usecases.exports.tables import (
    ADJUDICATION_COLUMNS,
    AGGREGATE_COLUMNS,
    MARK_COLUMNS,
    RATING_COLUMNS,
    evaluation_columns,
    item_columns,
)
from rubrica.usecases.reports import project_report
from tests.cast import NOON, World, add_items, audit_answer, build_world, evaluate

pytestmark = pytest.mark.django_db

READERS = {"csv": read_csv_table, "jsonl": read_jsonl_table, "parquet": read_parquet_table}
FORMULA = '=HYPERLINK("http://x")'
BOX = {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}
MARKS = [
    {
        "image": "a",
        "shape": "box",
        "geometry": BOX,
        "code": "ANAT.extra",
        "part": "hand",
        "severity": 3,
        "note": "=1+1",
    },
    {"image": "a", "shape": "point", "geometry": {"x": 0.5, "y": 0.5}, "code": "TECH.blur", "severity": 1},
    {
        "image": "a",
        "shape": "polygon",
        "geometry": {"points": [[0.1, 0.1], [0.4, 0.2], [0.2, 0.5]]},
        "code": "STYLE.cliche",
    },
    {"image": "a", "shape": "whole", "geometry": {}, "code": "TECH.noise", "severity": 2},
    {
        "image": "a",
        "shape": "brush",
        "geometry": {"width": 0.1, "height": 0.2, "strokes": [[[0.5, 0.5], [0.6, 0.7]], [[0.0, 0.5]]]},
        "code": "ALIGN.missing_object",
        "severity": 1,
        "missing": True,
        "clause": "AL-2",
    },
]


@pytest.fixture
def rated(db):
    """Two items for two people: one evaluation was revised, one item not judgeable to one; hostile text in places."""
    world = build_world(items=2)
    remy = world.rater("remy")
    Item.objects.of(world.project).filter(pk=world.items[0].pk).update(key=FORMULA, metadata={"note": "@x", "n": -1.5})
    evaluate(world, world.rita, audit_answer(2, marks=MARKS, explanation="=cmd|' /C calc'!A0 [[1]]"))
    evaluate(world, world.rita, audit_answer(5))
    evaluate(world, remy, audit_answer(4))
    evaluate(world, remy, {"answers": {}, "cannot_judge": {"reason": "did_not_load", "note": ""}})
    (own, *_) = evaluations.own_evaluations(world.rita, world.project.slug, limit=1)
    evaluations.revise_evaluation(
        world.rita,
        own.evaluation.public_id,
        payload=audit_answer(4),
        reason="looked again",
        key="another-key",
        now=world.later(minutes=1),
    )
    return world


def access(world, account=None):
    return open_project(account or world.lena, world.project.slug)


def exported(world, tmp_path, form="jsonl"):
    return export_project(access(world), format=form, directory=tmp_path / form, now=NOON)


def table(summary, name):
    rubrics = [parse_rubric(row.rubric) for row in guidelines.GuidelineVersion.objects.everywhere("a test")]
    columns = {
        "evaluations": evaluation_columns(rubrics[:1]),
        "ratings": RATING_COLUMNS,
        "marks": MARK_COLUMNS,
        "items": item_columns(rubrics[:1]),
        "aggregates": AGGREGATE_COLUMNS,
        "adjudications": ADJUDICATION_COLUMNS,
    }[name]
    return list(READERS[summary.format](summary.directory / f"{name}.{summary.format}", columns))


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_every_format_says_the_same(rated: World, form, tmp_path):
    exact, other = exported(rated, tmp_path / "exact"), exported(rated, tmp_path / "other", form)

    for name in ("evaluations", "ratings", "marks", "items", "aggregates"):
        assert table(other, name) == table(exact, name)


def test_evaluations_are_those_stored_without_what_was_superseded(rated: World, tmp_path):
    summary = exported(rated, tmp_path)
    stored = list(Evaluation.objects.of(rated.project).filter(superseded_by=None).order_by("pk"))
    rows = table(summary, "evaluations")

    assert summary.rows["evaluations"] == len(rows) == 4
    assert [row["evaluation"] for row in rows] == [row.public_id for row in stored]
    assert [row["answer_as_given"] for row in rows] == [row.answer for row in stored]
    assert [row["submitted_at"] for row in rows] == [row.submitted_at for row in stored]
    assert rows[-1]["supersedes"]
    assert rows[-1]["revision_reason"] == "looked again"


def test_answers_stand_in_a_column_for_each_criterion(rated: World, tmp_path):
    first, *_, revised = table(exported(rated, tmp_path), "evaluations")

    assert [first[f"answers.{name}"] for name in ("plausibility", "overall")] == [2, 2]
    assert revised["answers.overall"] == 4
    judged = [row["cannot_judge"] for row in table(exported(rated, tmp_path / "again"), "evaluations")]
    assert judged.count("did_not_load") == 1


def test_ratings_and_marks_are_recounted_from_the_tables(rated: World, tmp_path):
    summary = exported(rated, tmp_path)
    ratings = Rating.objects.of(rated.project).filter(evaluation__superseded_by=None)

    assert summary.rows["ratings"] == ratings.count() == 12
    assert summary.rows["marks"] == Mark.objects.of(rated.project).count() == 5
    assert [(row["shape"], row["x"], row["y"], row["width"], row["height"]) for row in table(summary, "marks")] == [
        ("box", 0.1, 0.2, 0.3, 0.4),
        ("point", 0.5, 0.5, 0.0, 0.0),
        ("polygon", 0.1, 0.1, pytest.approx(0.3), pytest.approx(0.4)),
        ("whole", 0.0, 0.0, 1.0, 1.0),
        ("brush", 0.0, pytest.approx(0.4), pytest.approx(0.65), pytest.approx(0.4)),
    ]
    *_, painted = table(summary, "marks")
    assert (painted["missing"], painted["clause"], painted["pair"]) == (True, "AL-2", None)


def test_citations_in_an_explanation_lead_to_their_marks(rated: World, tmp_path):
    summary = exported(rated, tmp_path)
    (cited,) = [row for row in table(summary, "marks") if row["cited_at"]]
    (evaluation,) = [row for row in table(summary, "evaluations") if row["evaluation"] == cited["evaluation"]]

    assert (cited["number"], cited["code"]) == (1, "ANAT.extra")
    assert [evaluation["explanation"][start:end] for start, end in cited["cited_at"]] == ["[[1]]"]


def test_what_was_asked_and_kept_is_exported(tmp_path):
    world = build_world(items=2)
    kept = [{"rule": "lowest_score_no_evidence", "criterion": "alignment", "mark": None}]
    evaluate(world, world.rita, audit_answer(4, kept=kept))
    evaluate(world, world.rita)

    assert [row["kept"] for row in table(exported(world, tmp_path), "evaluations")] == [kept, []]


def test_aggregates_are_the_means_of_each_item_with_their_intervals(rated: World, tmp_path):
    rows = [row for row in table(exported(rated, tmp_path), "aggregates") if row["criterion"] == "overall"]
    ratings = Rating.objects.of(rated.project).filter(criterion="overall", evaluation__superseded_by=None)
    pairs = list(ratings.values_list("evaluation__item_id", "evaluation__item__key", "score"))
    expected = mean_opinion([item for item, _, _ in pairs], [score for _, _, score in pairs])
    key_of = {item: key for item, key, _ in pairs}
    means = dict(zip((key_of[item] for item in expected.units.tolist()), expected.mean.tolist(), strict=True))

    assert {row["item_key"]: row["mean"] for row in rows if row["n"] > 1} == means
    assert all(row["n_scored"] == row["n"] for row in rows)
    alone = [row for row in rows if row["n"] == 1]
    assert all(row["ci_low"] is None and row["standard_deviation"] is None for row in alone)


def test_raters_are_pseudonyms_that_stay_the_same_and_are_those_of_the_report(rated: World, tmp_path):
    one, two = exported(rated, tmp_path / "one"), exported(rated, tmp_path / "two")
    raters = {row["rater"] for row in table(one, "evaluations")}

    assert raters == {row["rater"] for row in table(two, "evaluations")}
    assert raters == {rater.pseudonym for rater in project_report(access(rated)).raters}


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_nobodys_name_address_or_id_goes_out(rated: World, form, tmp_path):
    summary = exported(rated, tmp_path, form)
    text = b"".join(path.read_bytes() for path in summary.directory.rglob("*") if path.is_file())
    people = [(person.name, person.email, person.public_id) for person in (rated.rita, rated.lena)]

    assert not any(word.encode() in text for person in people for word in person)


def test_what_a_spreadsheet_could_run_is_neutralised_in_csv_and_exact_in_json(rated: World, tmp_path):
    summary = exported(rated, tmp_path, "csv")
    with (summary.directory / "items.csv").open(encoding="utf-8", newline="") as file:
        cells = [row["item_key"] for row in csv.DictReader(file)]
    with (summary.directory / "evaluations.csv").open(encoding="utf-8", newline="") as file:
        explanations = [row["explanation"] for row in csv.DictReader(file)]

    assert cells[0] == f"'{FORMULA}"
    assert restored(cells[0]) == FORMULA
    assert explanations[0].startswith("'=cmd")
    assert table(exported(rated, tmp_path), "items")[0]["item_key"] == FORMULA


def test_parquet_has_types(rated: World, tmp_path):
    summary = exported(rated, tmp_path, "parquet")
    schema = pq.read_schema(summary.directory / "evaluations.parquet")

    assert [str(schema.field(name).type) for name in ("answers.overall", "submitted_at", "explanation")] == [
        "int64",
        "timestamp[us, tz=UTC]",
        "string",
    ]


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_the_manifest_tells_the_truth_about_every_file(rated: World, form, tmp_path):
    summary = exported(rated, tmp_path, form)
    manifest = json.loads((summary.directory / "manifest.json").read_text())
    there = {path.relative_to(summary.directory).as_posix() for path in summary.directory.rglob("*") if path.is_file()}

    assert {file["name"] for file in manifest["files"]} == there - {"manifest.json"}
    for file in manifest["files"]:
        data = (summary.directory / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    rows = {file["name"]: file["rows"] for file in manifest["files"] if file["rows"] is not None}
    assert rows == {f"{name}.{form}": count for name, count in summary.rows.items()}
    assert (manifest["evaluations"], manifest["superseded_left_out"]) == (4, 1)


def test_the_guideline_goes_along_and_its_hash_can_be_checked(rated: World, tmp_path):
    summary = exported(rated, tmp_path)
    folder = summary.directory / "guidelines"
    rubric = parse_rubric(json.loads((folder / "v1.rubric.json").read_text()))

    assert content_hash(rubric, (folder / "v1.md").read_text()) == rated.guideline.content_hash


def test_the_card_names_versions_agreement_licence_and_columns(rated: World, tmp_path):
    card = (exported(rated, tmp_path).directory / "README.md").read_text()
    head = yaml.safe_load(card.split("---\n")[1])

    assert [config["config_name"] for config in head["configs"]] == [
        "evaluations",
        "ratings",
        "marks",
        "items",
        "aggregates",
        "adjudications",
    ]
    assert (
        f"| 1 | 2026-03-02T12:00:00.000000Z | clarification | First version | 4 | `{rated.guideline.content_hash}` |"
        in card
    )
    assert "| overall | 3 | 1 |" in card
    assert "No verdict yet: 1 item has been rated by two or more people" in card
    assert "Licence: not stated." in card
    assert "| `answers.overall` | integer |" in card


def test_versions_are_not_pooled(rated: World, tmp_path):
    draft = GuidelineDraft.objects.of(rated.project).get()
    guidelines.replace_draft(
        rated.lena, rated.project.slug, markdown=draft.markdown + "\nMore.\n", rubric=draft.rubric, now=NOON
    )
    guidelines.publish_guideline(rated.lena, rated.project.slug, now=NOON)
    add_items(rated.project, 1)
    evaluate(rated, rated.rater("robin"), audit_answer(5))
    rows = [row for row in table(exported(rated, tmp_path), "aggregates") if row["criterion"] == "overall"]

    assert [(row["n"], row["mean"]) for row in rows if row["guideline_version"] == 2] == [(1, 5.0)]
    assert sum(row["n"] for row in rows if row["guideline_version"] == 1) == 3


def test_pairs_are_exported_in_terms_of_their_slots(db, tmp_path):
    world = build_world(template="side-by-side", items=4)
    for _ in range(4):
        evaluate(world, world.rita, {"answers": {"overall": "a_slightly"}})
    rows = table(exported(world, tmp_path), "evaluations")

    assert {(row["shown_first"], row["answers.overall"]) for row in rows} == {("a", "a_slightly"), ("b", "b_slightly")}
    second = ItemImage.objects.of(world.project).filter(slot=1).values_list("image__sha256", flat=True)
    assert {row["image_b_sha256"] for row in rows} == set(second)
    assert {row["model_b"] for row in table(exported(world, tmp_path / "again"), "items")} == {"secret-model-1"}


def test_ticks_are_a_list_and_none_ticked_is_an_empty_one(db, tmp_path):
    world = build_world(template="technical-quality", items=2)
    evaluate(world, world.rita, {"answers": {"quality": 3, "faults": ["noise_major", "colour_minor"]}})
    evaluate(world, world.rita, {"answers": {"quality": 5, "faults": []}})
    summary = exported(world, tmp_path, "parquet")
    ticked = [row["answers.faults"] for row in table(summary, "evaluations")]
    counts = [row["counts"] for row in table(summary, "aggregates") if row["criterion"] == "faults"]

    assert ticked == [["noise_major", "colour_minor"], []]
    assert sorted(counts, key=len) == [{}, {"colour_minor": 1, "noise_major": 1}]


# --- refusals ---


def test_only_those_who_may_export_do(rated: World, tmp_path):
    for account in (rated.rita, rated.rowan):
        with pytest.raises(NotAllowedError):
            export_project(access(rated, account), format="csv", directory=tmp_path / "x", now=NOON)
    assert not (tmp_path / "x").exists()


def test_an_export_never_overwrites(rated: World, tmp_path):
    (tmp_path / "jsonl").mkdir()
    (tmp_path / "jsonl" / "mine.txt").write_text("mine")

    with pytest.raises(InvalidInputError, match="is not empty"):
        exported(rated, tmp_path)


def test_an_unknown_format_is_refused_with_those_there_are(rated: World, tmp_path):
    with pytest.raises(InvalidInputError) as refused:
        exported(rated, tmp_path, "xlsx")

    assert refused.value.problems[0].allowed == "jsonl, csv, parquet"


def test_before_the_first_version_there_is_nothing_to_export(world: World, tmp_path):
    other = open_project(world.otto, world.others_project.slug)

    with pytest.raises(ConflictError, match="before the guideline has been published"):
        export_project(other, format="csv", directory=tmp_path / "x", now=NOON)


def test_an_empty_project_exports_empty_tables(world: World, tmp_path):
    summary = exported(world, tmp_path, "parquet")

    assert summary.rows == {"evaluations": 0, "ratings": 0, "marks": 0, "items": 3, "aggregates": 0, "adjudications": 0}
    assert table(summary, "evaluations") == []


def test_an_export_leaves_an_audit_line(rated: World, tmp_path):
    exported(rated, tmp_path, "csv")

    line = AuditEvent.objects.of(rated.project).get(action="project.exported")
    assert (line.actor, line.detail["format"]) == (rated.lena, "csv")


# --- as one file ---


def test_the_archive_holds_the_whole_export_and_nothing_else_stays(rated: World):
    archive = export_archive(access(rated), "csv", NOON)
    with zipfile.ZipFile(archive) as package:
        names = package.namelist()
        manifest = json.loads(package.read("audit-csv/manifest.json"))
        for file in manifest["files"]:
            assert hashlib.sha256(package.read(f"audit-csv/{file['name']}")).hexdigest() == file["sha256"]

    assert archive.name == "audit-csv.zip"
    assert {name.split("/")[0] for name in names} == {"audit-csv"}
    assert list(archive.parent.iterdir()) == [archive]
    assert archive.is_relative_to(settings.HOME)
    shutil.rmtree(archive.parent)


# --- memory ---


def test_what_a_killed_server_left_of_an_archive_is_swept_away(rated: World):
    outgoing = settings.HOME / "outgoing"
    abandoned, recent = outgoing / "abandoned", outgoing / "recent"
    for folder, hours in ((abandoned, 25), (recent, 1)):
        folder.mkdir(parents=True)
        (folder / "audit-csv.zip").write_bytes(b"PK")
        then = NOON.timestamp() - 3600 * hours
        os.utime(folder, (then, then))
    archive = export_archive(access(rated), "csv", NOON)

    assert not abandoned.exists()
    assert recent.exists()
    assert archive.exists()
    shutil.rmtree(outgoing)


def test_an_export_that_fails_leaves_its_folder_free_for_the_next(rated: World, tmp_path, monkeypatch):
    def full_disk(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("rubrica.usecases.exports.exporting.data_card", full_disk)
        with pytest.raises(OSError, match="No space left"):
            export_project(access(rated), format="csv", directory=tmp_path / "out", now=NOON)
    assert list((tmp_path / "out").iterdir()) == []

    export_project(access(rated), format="csv", directory=tmp_path / "out", now=NOON)
    assert (tmp_path / "out" / "manifest.json").exists()


def test_memory_does_not_grow_with_the_number_of_evaluations(db, tmp_path, monkeypatch):
    monkeypatch.setattr("rubrica.records.queries.evaluations.EVALUATIONS_AT_ONCE", 20)
    monkeypatch.setattr("rubrica.records.queries.items.ITEMS_AT_ONCE", 20)
    world = build_world(items=40, overlap=1)

    def peak(name):
        tracemalloc.start()
        summary = exported(world, tmp_path / name)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return summary.rows["ratings"], most

    for _ in range(40):
        evaluate(world, world.rita, audit_answer(4, explanation="x" * 900))
    peak("warm")
    few, little = peak("few")
    add_items(Project.objects.of(world.project).get(), 160)
    for _ in range(160):
        evaluate(world, world.rita, audit_answer(4, explanation="x" * 900))
    many, more = peak("many")

    assert (few, many) == (160, 800)
    assert more < 1.5 * little


def test_what_comes_in_while_an_export_runs_belongs_to_the_next(rated: World, tmp_path, monkeypatch):
    from rubrica.records.queries import evaluations as queries  # noqa: PLC0415  (to stand in its way)

    batches = queries.evaluation_batches

    def late(project, last_id):
        yield from batches(project, last_id)
        work = assignments.take_assignments(rated.rita, rated.project.slug, hold=1, now=rated.now)
        held = work.assignments[0].held
        evaluations.submit_evaluation(
            rated.rita, held.public_id, payload=audit_answer(5), key="a-late-key", hold=0, now=rated.now
        )

    monkeypatch.setattr(queries, "evaluation_batches", late)
    add_items(rated.project, 1)
    summary = export_project(access(rated), format="jsonl", directory=tmp_path / "late", now=NOON)
    counted = {row["item_key"]: row["evaluations"] for row in table(summary, "items")}

    assert summary.rows["evaluations"] == sum(counted.values()) == 4


def test_adjudications_stand_beside_the_evaluations_and_those_that_were_appealed_with_success_are_left_out(
    rated: World, tmp_path
):
    current = Evaluation.objects.of(rated.project).filter(rater=rated.rita, superseded_by=None)
    rows = list(current.order_by("pk"))
    for number, row in enumerate(rows[:2], start=1):
        reviews.flag_evaluation(rated.rowan, "audit", row.public_id, note="", now=rated.now)
        verdict = reviews.Verdict(ReviewEvent.ADJUDICATE, comment="Seen at a glance", answers={"overall": 2})
        reviews.decide(rated.lena, "audit", number, verdict, now=rated.now)
    reviews.appeal(rated.rita, "audit", 2, reason="A reflection", now=rated.now)
    reviews.decide_appeal(rated.rowan, "audit", 2, uphold=True, reason="It is one", now=rated.now)
    found = table(exported(rated, tmp_path), "adjudications")
    assert [(row["item_key"], row["answers"], row["state"]) for row in found] == [
        (rows[0].item.key, {"overall": 2}, "adjudicated")
    ]
    assert found[0]["reviewer"].startswith("rater-")
