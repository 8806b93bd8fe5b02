"""Uploads become items, each bad file with a reason; evaluations become reports and files."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rubrica.api import imports as imports_api
from rubrica.kit import clock
from rubrica.usecases import jobs
from rubrica.usecases.imports import JOB_KIND, run_import_job
from tests.api.conftest import Callers, problem
from tests.api.test_images import original_png
from tests.cast import World, audit_answer, evaluate

pytestmark = pytest.mark.django_db(transaction=True)

IMPORTS = "/projects/audit/imports"


def upload(callers: Callers, *files: tuple[str, bytes], name: str = "lena", query: str = "") -> Any:
    parts = [SimpleUploadedFile(file, data) for file, data in files]
    return Client().post(f"/api/v1{IMPORTS}{query}", {"files": parts}, headers=getattr(callers, name).headers)


def test_uploaded_images_become_items(callers: Callers):
    answer = upload(callers, ("cat.png", original_png()), ("page.png", b"<html>404</html>"), query="?source=First")

    started = answer.json()
    assert answer.status_code == 202
    assert (started["source"], started["state"], started["started_by"]) == ("First", "waiting", "Lena")
    assert jobs.run_next({JOB_KIND: run_import_job}, clock.now)
    done = callers.lena.get(f"{IMPORTS}/{started['id']}").json()
    assert (done["state"], done["total"], done["accepted"], done["refused"]) == ("finished", 2, 1, 1)
    assert [row["name"] for row in done["problems"]] == ["page.png"]
    assert done["problems"][0]["reason"]
    assert callers.lena.get(f"{IMPORTS}/{started['id']}?limit=0").json()["problems"] == []
    assert [row["id"] for row in callers.lena.get(IMPORTS).json()["imports"]] == [started["id"]]
    item = callers.lena.get("/projects/audit/items?limit=200").json()["items"][-1]
    view = callers.rowan.get(item["images"][0]["view_url"].removeprefix("/api/v1"))
    assert b"secret-model" not in b"".join(view.streaming_content)


def test_a_manifest_with_a_wrong_header_is_refused_at_once(callers: Callers):
    answer = upload(callers, ("items.csv", b"picture,words\ncat.png,a cat\n"), ("cat.png", original_png()))

    document = problem(answer)
    assert (answer.status_code, document["type"]) == (422, "invalid-input")
    assert document["detail"].startswith("The manifest cannot be used: ")
    assert "no column 'image'" in document["detail"]
    assert "'picture'" in document["detail"]
    assert callers.lena.get(IMPORTS).json() == {"imports": []}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\cat.png", "C:\\cat.png", "file:///etc/passwd"]
)
def test_an_uploaded_manifest_reads_nothing_but_what_was_uploaded_with_it(callers: Callers, name: str):
    lines = json.dumps({"image": name}) + "\n" + json.dumps({"image": "cat.png"})
    started = upload(callers, ("items.jsonl", lines.encode()), ("cat.png", original_png())).json()
    assert jobs.run_next({JOB_KIND: run_import_job}, clock.now)

    done = callers.lena.get(f"{IMPORTS}/{started['id']}").json()
    assert (done["state"], done["accepted"], done["refused"]) == ("finished", 1, 1)
    assert (done["problems"][0]["name"], done["problems"][0]["line"]) == (name, 1)
    assert done["problems"][0]["code"] in {"path-outside-folder", "address-not-read"}


def test_an_upload_of_those_who_may_not_is_refused_before_it_is_read(callers: Callers):
    before = set(Path(settings.INCOMING).glob("*"))
    for name, status in (("rita", 403), ("otto", 404)):
        body, unread = b"--x\r\nnot a form at all", "multipart/form-data; boundary=x"
        answer = getattr(callers, name).post(IMPORTS, body, Content_Type=unread)
        assert answer.status_code == status
    assert set(Path(settings.INCOMING).glob("*")) == before


@pytest.mark.parametrize("kind", ["application/json", "image/png"])
def test_an_upload_that_is_no_form_is_refused(callers: Callers, kind: str):
    answer = callers.lena.post(IMPORTS, original_png(), Content_Type=kind)

    assert (answer.status_code, problem(answer)["type"]) == (415, "not-multipart")


@pytest.mark.parametrize("body", [b"--x--", b"--y\r\n\r\n"])
def test_an_upload_without_files_is_refused(callers: Callers, body: bytes):
    answer = callers.lena.post(IMPORTS, body, Content_Type="multipart/form-data; boundary=x")

    assert answer.status_code in {400, 422}
    assert problem(answer)["type"] in {"malformed-request", "invalid-input"}


def test_too_large_an_upload_is_refused_unread(callers: Callers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports_api, "MOST_UPLOAD_BYTES", 1000)

    answer = upload(callers, ("cat.png", original_png()))

    assert (answer.status_code, problem(answer)["type"]) == (413, "upload-too-large")


def test_too_many_files_are_refused(callers: Callers, settings: Any):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    answer = upload(callers, ("a.png", b"a"), ("b.png", b"b"), ("c.png", b"c"))

    assert (answer.status_code, problem(answer)["type"]) == (413, "upload-too-large")


def test_a_report_tells_what_there_is_and_what_it_cannot_say(callers: Callers, world: World):
    evaluate(world, world.rita, audit_answer(5))
    evaluate(world, world.rater("ruth"), audit_answer(4))

    report = callers.rowan.get("/projects/audit/report").json()

    assert (report["format"], report["project"], report["counts"]["evaluations"]) == ("rubrica/report/1", "audit", 2)
    assert report["guideline"]["number"] == 1
    assert {row["id"] for row in report["criteria"]} == {*audit_answer()["answers"], "missing_words"}
    assert callers.rowan.get("/projects/audit/report?version=1").json() == report
    assert callers.rowan.get("/projects/audit/report?version=2").status_code == 404


@pytest.mark.parametrize("format_name", ["jsonl", "csv", "parquet"])
def test_an_export_is_one_zip_and_leaves_nothing_behind(callers: Callers, world: World, format_name: str):
    evaluate(world, world.rita, audit_answer(5))

    answer = callers.lena.post("/projects/audit/exports", {"format": format_name})

    data = b"".join(answer.streaming_content)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert any(name.endswith(f"evaluations.{format_name}") for name in archive.namelist())
    assert list((Path(settings.HOME) / "outgoing").iterdir()) == []


def test_an_export_in_another_format_is_refused(callers: Callers):
    answer = callers.lena.post("/projects/audit/exports", {"format": "xlsx"})

    assert json.loads(answer.content)["problems"] == [
        {"field": "format", "problem": "cannot be taken", "allowed": "'jsonl', 'csv' or 'parquet'"}
    ]
