"""A stand-in for the server: the Work API over sample photographs, for developing the workbench alone.

Run it with the project's Python after ``vite build``:

    PYTHONPATH=src .venv/bin/python frontend/workbench/dev/mock_server.py [port]

Projects: audit (single, marks, explanation), pair, quality (ticks), large (tiles), empty, paused.
``POST /__control {"fail": "503"|"401"|"409"|"422", "times": 2, "delay": 0.3}`` makes the next submissions go wrong.
Answers are judged by the real domain rules. Nothing is kept: every start is a fresh day.
"""

import base64
import io
import json
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from markdown_it import MarkdownIt
from PIL import Image, ImageFilter
from skimage import data

from rubrica.domain.answer import AnswerRejectedError, parse_answer
from rubrica.domain.templates import template_guideline, template_rubric

DIST = Path(__file__).resolve().parent.parent / "dist"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
TEMPLATES = {
    "audit": "ai-image-audit",
    "pair": "side-by-side",
    "quality": "technical-quality",
    "large": "ai-image-audit",
    "empty": "ai-image-audit",
    "paused": "ai-image-audit",
}
NAMES = {
    "audit": "Generated portraits, spring",
    "pair": "Upscaler A against B",
    "quality": "Phone cameras, low light",
    "large": "Panoramas",
    "empty": "Finished project",
    "paused": "Paused project",
}
PROMPTS = [
    "A portrait of an astronaut in an orange suit in front of a flag and a model shuttle, studio light",
    "A cup of black coffee with a spoon on a wooden table, soft window light from the left",
    "A ginger cat looking to the left, shallow depth of field",
    "A rocket on the launch pad at dusk with two lightning masts",
    "A motorcycle in a cluttered garage",
]
ITEMS = 60
LEASE = timedelta(minutes=20)
SECONDS_TO_LOG_IN = 0


def photographs() -> list[Image.Image]:
    """Return the bundled photographs that look like photographs."""
    arrays = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket(), data.stereo_motorcycle()[0]]
    return [Image.fromarray(array).convert("RGB") for array in arrays]


PHOTOGRAPHS = photographs()


def picture(index: int, *, variant: int = 0, width: int = 1600) -> Image.Image:
    """Return photograph ``index`` at about ``width`` pixels, slightly altered where ``variant`` asks for it."""
    photograph = PHOTOGRAPHS[index % len(PHOTOGRAPHS)]
    height = round(width * photograph.height / photograph.width)
    scaled = photograph.resize((width, height), Image.Resampling.LANCZOS)
    return scaled.filter(ImageFilter.GaussianBlur(1.5)) if variant else scaled


def encoded(image: Image.Image) -> bytes:
    """Return the image as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


CACHE: dict[str, bytes] = {}
CACHE_LOCK = threading.Lock()


def cached(key: str, make: Callable[[], bytes]) -> bytes:
    """Return the bytes under ``key``, made once."""
    with CACHE_LOCK:
        if key not in CACHE:
            CACHE[key] = make()
        return CACHE[key]


def rendition(project: str, number: int, slot: str, width: int) -> bytes:
    """Return what is shown in a slot; in a pair one of the two is a little blurred."""
    variant = (number + (slot == "b")) % 2 if project == "pair" else 0
    key = f"{number % len(PHOTOGRAPHS)} {variant} {width}"
    return cached(key, lambda: encoded(picture(number, variant=variant, width=width)))


def warm(project: str, number: int, slot: str) -> None:
    """Make renditions before anybody waits for them."""
    for width in (320, 1600):
        rendition(project, number, slot, width)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass
class Assignment:
    """One item in one rater's hands."""

    id: str
    project: str
    number: int
    leased_until: datetime

    def images(self) -> list[dict[str, object]]:
        """Return the images as the API lists them."""
        slots = "ab" if self.project == "pair" else "a"
        return [self._image(slot) for slot in slots]

    def _image(self, slot: str) -> dict[str, object]:
        large = self.project == "large"
        base = picture(self.number)
        width, height = (base.width * 4, base.height * 4) if large else base.size
        url = f"/api/v1/images/{self.project}-{self.number}-{slot}"
        tiles = {"url": f"{url}/tiles/", "tile_size": 510, "overlap": 1, "format": "jpg"} if large else None
        return {
            "slot": slot,
            "width": width,
            "height": height,
            "view_url": f"{url}/view",
            "thumbnail_url": f"{url}/thumbnail",
            "tiles": tiles,
        }

    def as_json(self) -> dict[str, object]:
        """Return the assignment as the API does."""
        shown = template_rubric(TEMPLATES[self.project]).prompt == "shown"
        return {
            "id": self.id,
            "item": f"bridge-{self.number:03d}",
            "leased_until": iso(self.leased_until),
            "guideline_version": 3,
            "prompt": PROMPTS[self.number % len(PROMPTS)] if shown else None,
            "images": self.images(),
        }


@dataclass
class Day:
    """Everything that happens in one project while the server runs."""

    open: dict[str, Assignment] = field(default_factory=dict)
    next_number: int = 0
    done: list[dict[str, object]] = field(default_factory=list)
    receipts: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)


class World:
    """The state behind the routes."""

    def __init__(self) -> None:
        """Begin a day in every project."""
        self.days = {slug: Day() for slug in TEMPLATES}
        self.lock = threading.Lock()
        self.fail = ""
        self.times = 0
        self.delay = 0.0
        self.log: list[dict[str, object]] = []

    def progress(self, slug: str) -> dict[str, int]:
        """Return how far the day is."""
        done = len(self.days[slug].done)
        return {"done": done, "remaining": 0 if slug == "empty" else ITEMS - done}

    def take(self, slug: str, hold: int) -> dict[str, object]:
        """Top the open assignments up."""
        day = self.days[slug]
        while slug not in {"empty", "paused"} and len(day.open) < hold and day.next_number < ITEMS:
            made = Assignment(secrets.token_urlsafe(16), slug, day.next_number, now() + LEASE)
            day.open[made.id] = made
            day.next_number += 1
        reason = "offered" if day.open else "project_paused" if slug == "paused" else "queue_empty"
        offered = [assignment.as_json() for assignment in day.open.values()]
        return {"assignments": offered, "reason": reason, "progress": self.progress(slug)}


WORLD = World()


class Refusal(Exception):  # noqa: N818
    """A problem document on its way out."""

    def __init__(self, status: int, kind: str, title: str, detail: str, problems: list[dict[str, str]] | None = None):
        """Hold what the document says."""
        super().__init__(detail)
        self.status = status
        self.document = {
            "type": f"/problems/{kind}",
            "title": title,
            "status": status,
            "detail": detail,
            "problems": problems or [],
        }


FAILURES = {
    "503": (503, "unavailable", "Unavailable", "Try again."),
    "401": (401, "log-in", "Log in", "The session has ended."),
    "409": (409, "lease-lost", "Lease lost", "The item was given to somebody else; your draft is kept on the server."),
    "422": (422, "answer-rejected", "Answer rejected", "The answer does not fit the rubric."),
}


class Handler(BaseHTTPRequestHandler):
    """The routes."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""

    def send(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        """Send bytes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: object, status: int = 200) -> None:
        """Send JSON."""
        self.send(json.dumps(value).encode(), "application/json", status)

    def read(self) -> dict[str, object]:
        """Read a JSON body."""
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length) or b"{}")

    def do_GET(self) -> None:
        """Answer a GET."""
        path = urlparse(self.path).path
        if path in {"/", "/favicon.ico"}:
            self.send(b"", "image/x-icon", HTTPStatus.OK)
        elif match := re.fullmatch(r"/static/(workbench\.(?:js|css))", path):
            kind = "text/javascript" if path.endswith("js") else "text/css"
            self.send((DIST / match[1]).read_bytes(), kind)
        elif match := re.fullmatch(r"/work/(\w+)", path):
            self.send_page(match[1])
        elif match := re.fullmatch(r"/api/v1/images/(\w+)-(\d+)-([ab])/(.+)", path):
            self.send_image(match[1], int(match[2]), match[3], match[4])
        elif match := re.fullmatch(r"/api/v1/projects/(\w+)/workbench", path):
            self.send_json(self.workbench(match[1]))
        elif match := re.fullmatch(r"/api/v1/projects/(\w+)/evaluations/mine", path):
            self.send_json({"evaluations": WORLD.days[match[1]].done[-5:][::-1]})
        elif path == "/__log":
            self.send_json(WORLD.log)
        else:
            self.send(b"", "text/plain", HTTPStatus.NOT_FOUND)

    def send_page(self, slug: str) -> None:
        """Send the page around the island, as the real one does."""
        theme = parse_qs(urlparse(self.path).query).get("theme", [""])[0]
        page = f"""<!doctype html><html lang="en"{f' data-theme="{theme}"' if theme else ""}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{NAMES[slug]} · Workbench</title>
<link rel="stylesheet" href="/static/workbench.css"><script type="module" src="/static/workbench.js"></script></head>
<body><main id="workbench"><rubrica-workbench data-project="{slug}" data-api="/api/v1" data-home="/projects/{slug}"
data-name="{NAMES[slug]}"></rubrica-workbench></main></body></html>"""
        self.send(
            page.encode(), "text/html; charset=utf-8", Content_Security_Policy=CSP, Set_Cookie="csrftoken=token; Path=/"
        )

    def send_image(self, slug: str, number: int, slot: str, what: str) -> None:
        """Send a view, a thumbnail or a tile."""
        if match := re.fullmatch(r"tiles/(\d+)/(\d+)_(\d+)\.jpg", what):
            level, column, row = (int(part) for part in match.groups())
            body = cached(f"z{number}/{what}", lambda: tile(number, level, column, row))
        else:
            body = rendition(slug, number, slot, 320 if what == "thumbnail" else 1600)
        self.send(body, "image/jpeg")

    def workbench(self, slug: str) -> dict[str, object]:
        """Return what the workbench starts with."""
        key = TEMPLATES[slug]
        markdown = template_guideline(key)
        html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
        html = re.sub(r"<h(\d)>([A-Z]{2,4}-\d+(?:\.\d+)*) ", r'<h\1 id="\2">\2 ', html)
        clauses = re.findall(r"^#+ ([A-Z]{2,4}-\d+(?:\.\d+)*) (.+)$", markdown, re.MULTILINE)
        return {
            "project": {"slug": slug, "name": NAMES[slug]},
            "rater": {"name": "Rita"},
            "guideline": {
                "version": 3,
                "content_hash": "0" * 64,
                "html": html,
                "clauses": [{"anchor": anchor, "title": title} for anchor, title in clauses],
            },
            "rubric": template_rubric(key).as_json(),
            "limits": {"hold": 2},
            "progress": WORLD.progress(slug),
        }

    def do_POST(self) -> None:
        """Answer a POST."""
        url = urlparse(self.path)
        body = self.read()
        WORLD.log.append({"path": url.path, "body": body, "key": self.headers.get("Idempotency-Key")})
        if url.path == "/__control":
            WORLD.fail, WORLD.times = str(body.get("fail", "")), int(str(body.get("times", 1)))
            WORLD.delay = float(str(body.get("delay", 0)))
            self.send_json({})
            return
        time.sleep(WORLD.delay)
        try:
            if self.headers.get("X-CSRFToken") != "token":
                raise Refusal(403, "csrf", "Forbidden", "No CSRF token.")
            with WORLD.lock:
                self.route(url.path, parse_qs(url.query), body)
        except Refusal as refusal:
            kind = "application/problem+json"
            self.send(json.dumps(refusal.document).encode(), kind, refusal.status)

    def route(self, path: str, query: dict[str, list[str]], body: dict[str, object]) -> None:
        """Find what a POST is about."""
        if match := re.fullmatch(r"/api/v1/projects/(\w+)/assignments", path):
            self.send_json(WORLD.take(match[1], int(str(body.get("hold", 2)))))
        elif match := re.fullmatch(r"/api/v1/assignments/([\w-]+)/(submission|skip|renewal)", path):
            getattr(self, match[2])(match[1], body, int(query.get("hold", ["2"])[0]))
        elif match := re.fullmatch(r"/api/v1/evaluations/([\w-]+)/revision", path):
            self.revision(match[1], body)
        else:
            raise Refusal(404, "not-found", "Not found", path)

    def stumble(self) -> None:
        """Go wrong if told to."""
        if WORLD.fail and WORLD.times > 0:
            WORLD.times -= 1
            status, kind, title, detail = FAILURES[WORLD.fail]
            problems = [{"field": "marks[0].code", "problem": "is missing", "allowed": "one of ANAT.extra, …"}]
            raise Refusal(status, kind, title, detail, problems if status == HTTPStatus.UNPROCESSABLE_ENTITY else None)

    def held(self, assignment: str) -> Assignment:
        """Return an open assignment."""
        for day in WORLD.days.values():
            if assignment in day.open:
                return day.open[assignment]
        raise Refusal(409, "lease-lost", "Lease lost", "The item was given to somebody else.")

    def submission(self, assignment: str, body: dict[str, object], hold: int) -> None:
        """Take an answer in."""
        self.stumble()
        key = self.headers.get("Idempotency-Key") or ""
        for slug, day in WORLD.days.items():
            if key in day.receipts:
                known, receipt = day.receipts[key]
                if known != json.dumps(body, sort_keys=True):
                    raise Refusal(422, "idempotency-key-reused", "Key reused", "Another answer came under this key.")
                self.send_json({"receipt": {**receipt, "replayed": True}, **WORLD.take(slug, hold)})
                return
        held = self.held(assignment)
        rubric = template_rubric(TEMPLATES[held.project])
        try:
            parse_answer(rubric, body)
        except AnswerRejectedError as error:
            problems = [{"field": p.field, "problem": p.problem, "allowed": p.allowed} for p in error.problems]
            raise Refusal(422, "answer-rejected", "Answer rejected", "It does not fit the rubric.", problems) from error
        receipt = self.store(held, body, key)
        self.send_json({"receipt": receipt, **WORLD.take(held.project, hold)}, HTTPStatus.CREATED)

    def store(self, held: Assignment, body: dict[str, object], key: str) -> dict[str, object]:
        """Append the fact, answer its receipt."""
        day = WORLD.days[held.project]
        del day.open[held.id]
        for past in day.done:
            past["revisable"] = False
        evaluation = secrets.token_urlsafe(16)
        shown = held.as_json()
        images = held.images()
        day.done.append(
            {
                "id": evaluation,
                "item": shown["item"],
                "submitted_at": iso(now()),
                "thumbnail_url": images[0]["thumbnail_url"],
                "revisable": True,
                "prompt": shown["prompt"],
                "images": images,
                "answer": body,
            }
        )
        digest = base64.b16encode(secrets.token_bytes(32)).decode().lower()
        receipt = {
            "evaluation": evaluation,
            "submitted_at": iso(now()),
            "body_sha256": digest,
            "replayed": False,
        }
        day.receipts[key] = (json.dumps(body, sort_keys=True), receipt)
        return receipt

    def skip(self, assignment: str, _body: dict[str, object], hold: int) -> None:
        """Give an item back."""
        held = self.held(assignment)
        del WORLD.days[held.project].open[assignment]
        self.send_json(WORLD.take(held.project, hold))

    def renewal(self, assignment: str, _body: dict[str, object], _hold: int) -> None:
        """Lengthen a lease."""
        held = self.held(assignment)
        held.leased_until = now() + LEASE
        self.send_json({"leased_until": iso(held.leased_until)})

    def revision(self, evaluation: str, body: dict[str, object]) -> None:
        """Supersede the last evaluation."""
        for day in WORLD.days.values():
            for past in day.done:
                if past["id"] == evaluation and past["revisable"]:
                    past["answer"] = body["answer"]
                    receipt = {"evaluation": evaluation, "submitted_at": iso(now()), "body_sha256": "", "replayed": False}
                    self.send_json({"receipt": receipt}, HTTPStatus.CREATED)
                    return
        raise Refusal(403, "not-revisable", "Not revisable", "Only your last evaluation can be revised.")


def tile(number: int, level: int, column: int, row: int) -> bytes:
    """Return one deep-zoom tile of the photograph at four times its size."""
    base = picture(number)
    width, height = base.width * 4, base.height * 4
    top = max(width, height - 1).bit_length() if max(width, height) & (max(width, height) - 1) else None
    highest = top if top is not None else max(width, height).bit_length() - 1
    scale = 2 ** (highest - level)
    w, h = -(-width // scale), -(-height // scale)
    size, overlap = 510, 1
    left, upper = column * size - overlap * bool(column), row * size - overlap * bool(row)
    right, lower = min(w, (column + 1) * size + overlap), min(h, (row + 1) * size + overlap)
    factor_x, factor_y = base.width / w, base.height / h
    box = (left * factor_x, upper * factor_y, right * factor_x, lower * factor_y)
    return encoded(base.resize((right - left, lower - upper), Image.Resampling.BICUBIC, box=box))


class Server(ThreadingHTTPServer):
    """A server that lets browsers hang up."""

    daemon_threads = True

    def handle_error(self, _request: object, _address: object) -> None:
        """Say only what is not a hang-up."""
        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], ConnectionError):
            super().handle_error(_request, _address)


def serve(port: int = 0) -> Server:
    """Start serving in a thread; port 0 takes a free one."""
    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    running = serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8765)
    print(f"http://127.0.0.1:{running.server_address[1]}/work/audit")  # noqa: T201
    threading.Event().wait()
