"""The client: one method an operation, called as the operation is."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from rubrica.client import documents as d
from rubrica.client.connection import Connection, address

Answer = Mapping[str, Any]
"""What a rater says: ``answers``, ``marks``, ``explanation``, ``cannot_judge``, ``viewing``, ``kept``."""
SkipReason = Literal["did_not_load", "too_hard", "conflict_of_interest", "distressing", "other"]
MOST_ITEMS_A_PAGE = 200


class Rubrica:
    """A program's way into one Rubrica.

    Parameters
    ----------
    base_url
        Where Rubrica is served, such as ``https://rubrica.example.org``.
    token
        An API token: what it speaks for is what the calls may do.
    timeout
        Seconds to wait for each step of an answer.
    attempts
        How often to ask where asking again is safe: when something is only read, and when an evaluation is submitted
        or revised, which carries a key by which the server knows it again.
    """

    def __init__(self, base_url: str, token: str, *, timeout: float = 30.0, attempts: int = 4) -> None:
        self._connection = Connection(base_url, token, timeout=timeout, attempts=attempts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # --- who is calling ---

    def read_me(self) -> d.Me:
        """Return the caller's account and organisations."""
        me: d.Me = self._connection.get(address("me"))
        return me

    def set_up_workbench(self, preferences: d.WorkbenchPreferences) -> d.WorkbenchPreferences:
        """Keep how the caller works: surround, own keys and the like."""
        kept: d.WorkbenchPreferences = self._connection.send("PUT", address("me", "workbench"), dict(preferences))
        return kept

    def list_tokens(self) -> list[d.Token]:
        """Return the caller's live tokens, newest first."""
        tokens: list[d.Token] = self._connection.get(address("tokens"))["tokens"]
        return tokens

    def revoke_token(self, token_id: str) -> None:
        """Make a token useless from now on."""
        self._connection.send("DELETE", address("tokens", token_id))

    # --- organisations ---

    def list_organisations(self) -> list[d.OwnOrganisation]:
        """Return the organisations that the caller belongs to; for a platform admin, all."""
        found: list[d.OwnOrganisation] = self._connection.get(address("organisations"))["organisations"]
        return found

    def create_organisation(self, name: str, *, slug: str = "") -> d.OrganisationName:
        """Found an organisation. Only a platform admin can."""
        made: d.OrganisationName = self._connection.send("POST", address("organisations"), {"name": name, "slug": slug})
        return made

    def list_organisation_members(self, organisation: str) -> list[d.OrganisationMember]:
        """Return who belongs to an organisation."""
        path = address("organisations", organisation, "members")
        members: list[d.OrganisationMember] = self._connection.get(path)["members"]
        return members

    def change_member_role(self, organisation: str, member_id: str, role: str) -> None:
        """Give a member another role in the organisation."""
        self._connection.send("PUT", address("organisations", organisation, "members", member_id), {"role": role})

    def remove_member(self, organisation: str, member_id: str) -> None:
        """End a membership and every role in the organisation's projects, at once."""
        self._connection.send("DELETE", address("organisations", organisation, "members", member_id))

    def list_invitations(self, organisation: str) -> list[d.OpenInvitation]:
        """Return the invitations that can still be accepted."""
        path = address("organisations", organisation, "invitations")
        invitations: list[d.OpenInvitation] = self._connection.get(path)["invitations"]
        return invitations

    def invite(self, organisation: str, email: str, role: str, *, project: str | None = None) -> d.MadeInvitation:
        """Invite one e-mail address, to the organisation or to one of its projects."""
        body = {"email": email, "role": role, "project": project}
        made: d.MadeInvitation = self._connection.send(
            "POST", address("organisations", organisation, "invitations"), body
        )
        return made

    def revoke_invitation(self, organisation: str, invitation_id: str) -> None:
        """Make an invitation useless."""
        self._connection.send("DELETE", address("organisations", organisation, "invitations", invitation_id))

    # --- projects ---

    def list_projects(self) -> list[d.Project]:
        """Return the projects in the caller's world, by name."""
        projects: list[d.Project] = self._connection.get(address("projects"))["projects"]
        return projects

    def create_project(
        self, organisation: str, name: str, template: str, *, slug: str = "", description: str = ""
    ) -> d.Project:
        """Make a project from a template."""
        body = {
            "organisation": organisation,
            "name": name,
            "template": template,
            "slug": slug,
            "description": description,
        }
        project: d.Project = self._connection.send("POST", address("projects"), body)
        return project

    def read_project(self, project: str) -> d.Project:
        """Return one project."""
        found: d.Project = self._connection.get(address("projects", project))
        return found

    def change_project_settings(
        self,
        project: str,
        *,
        name: str | None = None,
        description: str | None = None,
        overlap: int | None = None,
        most_overlap: int | None = None,
        lease_seconds: int | None = None,
        repeat_percent: int | None = None,
        is_sensitive: bool | None = None,
        hourly_limit: int | None = None,
        hourly_cost: d.Amount | None = None,
    ) -> d.Project:
        """Change settings; what is left out stays."""
        settings = {
            "name": name,
            "description": description,
            "overlap": overlap,
            "most_overlap": most_overlap,
            "lease_seconds": lease_seconds,
            "repeat_percent": repeat_percent,
            "is_sensitive": is_sensitive,
            "hourly_limit": hourly_limit,
            "hourly_cost": hourly_cost,
        }
        body = {key: value for key, value in settings.items() if value is not None}
        changed: d.Project = self._connection.send("PATCH", address("projects", project), body)
        return changed

    def change_project_state(self, project: str, state: Literal["active", "paused", "closed"]) -> d.Project:
        """Start, pause, resume or close a project."""
        changed: d.Project = self._connection.send("PUT", address("projects", project, "state"), {"state": state})
        return changed

    def list_project_members(self, project: str) -> list[d.Member]:
        """Return who works in a project."""
        members: list[d.Member] = self._connection.get(address("projects", project, "members"))["members"]
        return members

    def set_project_role(self, project: str, member_id: str, role: str) -> None:
        """Give a member of the organisation a role in the project."""
        self._connection.send("PUT", address("projects", project, "members", member_id), {"role": role})

    def end_project_role(self, project: str, member_id: str) -> None:
        """End what a member may do in the project."""
        self._connection.send("DELETE", address("projects", project, "members", member_id))

    def list_templates(self) -> list[d.TemplateSummary]:
        """Return what projects can be made from."""
        templates: list[d.TemplateSummary] = self._connection.get(address("templates"))["templates"]
        return templates

    def read_template(self, key: str) -> d.Template:
        """Return a template's rubric and guideline."""
        template: d.Template = self._connection.get(address("templates", key))
        return template

    # --- guidelines ---

    def read_guideline_draft(self, project: str) -> d.Draft:
        """Return what the lead is writing."""
        draft: d.Draft = self._connection.get(address("projects", project, "guideline", "draft"))
        return draft

    def save_guideline_draft(self, project: str, markdown: str, rubric: Mapping[str, Any], *, revision: int) -> d.Draft:
        """Save guideline and rubric, unless somebody else has saved since ``revision`` was read (status 412)."""
        saved: d.Draft = self._connection.send(
            "PUT",
            address("projects", project, "guideline", "draft"),
            {"markdown": markdown, "rubric": dict(rubric)},
            headers={"If-Match": f'"{revision}"'},
        )
        return saved

    def list_guideline_versions(self, project: str) -> list[d.VersionSummary]:
        """Return the published versions, newest first."""
        path = address("projects", project, "guideline", "versions")
        versions: list[d.VersionSummary] = self._connection.get(path)["versions"]
        return versions

    def publish_guideline(
        self,
        project: str,
        *,
        summary: str = "",
        change_class: Literal["editorial", "clarification", "breaking"] = "clarification",
        reevaluate: Literal["none", "sample", "disputed", "all"] = "none",
        sample: int = 0,
    ) -> d.VersionSummary:
        """Publish the draft as the next version, and queue again what it reaches as far as asked."""
        body = {"summary": summary, "change_class": change_class, "reevaluate": reevaluate, "sample": sample}
        version: d.VersionSummary = self._connection.send(
            "POST", address("projects", project, "guideline", "versions"), body
        )
        return version

    def preview_impact(self, project: str) -> d.ImpactDocument:
        """Return what publishing the draft as it is saved would reach among what was judged."""
        impact: d.ImpactDocument = self._connection.get(address("projects", project, "guideline", "impact"))
        return impact

    def read_guideline_version(self, project: str, number: int) -> d.Version:
        """Return a published version with guideline and rubric."""
        version: d.Version = self._connection.get(address("projects", project, "guideline", "versions", number))
        return version

    def compare_guidelines(self, project: str, *, old: int | None = None, new: int | None = None) -> list[d.PartChange]:
        """Return what differs between two versions; without ``old`` all is new, without ``new`` it is the draft."""
        path = address("projects", project, "guideline", "changes")
        changes: list[d.PartChange] = self._connection.get(path, old=old, new=new)["changes"]
        return changes

    def read_guideline_news(self, project: str) -> d.NewsOfGuideline:
        """Return what changed since one last acknowledged the guideline, or joined."""
        news: d.NewsOfGuideline = self._connection.get(address("projects", project, "guideline", "news"))
        return news

    def acknowledge_guideline(self, project: str, version: int) -> None:
        """Say that one has read the version in force; after a breaking change, new work is given again."""
        path = address("projects", project, "guideline", "acknowledgement")
        self._connection.send("POST", path, {"version": version})

    # --- items and images ---

    def list_items(self, project: str, *, page_size: int = MOST_ITEMS_A_PAGE) -> Iterator[d.Item]:
        """Yield every item of a project, page by page."""
        after: str | None = None
        while True:
            page = self._connection.get(address("projects", project, "items"), limit=page_size, after=after)
            yield from page["items"]
            after = page["next_after"]
            if after is None:
                return

    def read_item(self, project: str, item_id: str) -> d.Item:
        """Return one item."""
        item: d.Item = self._connection.get(address("projects", project, "items", item_id))
        return item

    def start_import(self, project: str, files: Sequence[Path], *, source: str = "API upload") -> d.ImportSummary:
        """Upload images, or one manifest (CSV, JSONL) with the images it names; a worker reads them."""
        with ExitStack() as opened:
            parts = [("files", (path.name, opened.enter_context(path.open("rb")))) for path in files]
            started: d.ImportSummary = self._connection.send(
                "POST", address("projects", project, "imports"), query={"source": source}, files=parts
            )
        return started

    def list_imports(self, project: str) -> list[d.ImportSummary]:
        """Return the project's imports, newest first."""
        imports: list[d.ImportSummary] = self._connection.get(address("projects", project, "imports"))["imports"]
        return imports

    def read_import(self, project: str, import_id: str, *, limit: int = 200) -> d.Import:
        """Return an import's counts, and why files and rows were refused."""
        found: d.Import = self._connection.get(address("projects", project, "imports", import_id), limit=limit)
        return found

    def view_image(self, image_id: str) -> bytes:
        """Return an image as raters see it."""
        return self._connection.read(address("images", image_id, "view"))

    def thumbnail_image(self, image_id: str) -> bytes:
        """Return a small copy of an image."""
        return self._connection.read(address("images", image_id, "thumbnail"))

    def image_tile(self, image_id: str, level: int, column: int, row: int) -> bytes:
        """Return one tile of a large image."""
        return self._connection.read(address("images", image_id, "tiles", level, f"{column}_{row}.jpg"))

    def original_image(self, image_id: str) -> bytes:
        """Return the file as it was uploaded. For leads and organisation admins."""
        return self._connection.read(address("images", image_id, "original"))

    def read_bytes(self, url: str) -> bytes:
        """Return the bytes at a ``view_url`` or ``thumbnail_url`` that an answer named."""
        return self._connection.read(url)

    # --- work ---

    def open_workbench(self, project: str, *, version: int | None = None) -> d.WorkbenchSetup:
        """Return the guideline and rubric to work under, and how far the rater has come."""
        setup: d.WorkbenchSetup = self._connection.get(address("projects", project, "workbench"), version=version)
        return setup

    def take_assignments(self, project: str, *, hold: int = 2) -> d.TakenWork:
        """Top up what the rater holds and return all of it, oldest first."""
        work: d.TakenWork = self._connection.send("POST", address("projects", project, "assignments"), {"hold": hold})
        return work

    def skip_assignment(self, assignment_id: str, reason: SkipReason, *, note: str = "", hold: int = 2) -> d.TakenWork:
        """Give an item back with a reason, and take the next work."""
        work: d.TakenWork = self._connection.send(
            "POST",
            address("assignments", assignment_id, "skip"),
            {"reason": reason, "note": note},
            query={"hold": hold},
        )
        return work

    def renew_assignment(self, assignment_id: str) -> d.Renewal:
        """Start another lease of an open assignment."""
        renewal: d.Renewal = self._connection.send("POST", address("assignments", assignment_id, "renewal"))
        return renewal

    def check_explanation(
        self, project: str, draft: Answer, *, version: int | None = None, revised: str | None = None
    ) -> d.CheckedExplanation:
        """Look through the explanation of an answer in the making; nothing is stored."""
        said = {name: draft.get(name) for name in ("answers", "marks", "explanation")}
        checked: d.CheckedExplanation = self._connection.send(
            "POST",
            address("projects", project, "explanation-checks"),
            {**said, "version": version, "revised": revised},
        )
        return checked

    def submit_evaluation(
        self, assignment_id: str, answer: Answer, *, hold: int = 2, key: str | None = None
    ) -> d.Submitted:
        """Store an answer and return the receipt with the next work.

        The client makes the ``key`` by which the server knows the answer again, unless the caller has kept one.
        """
        submitted: d.Submitted = self._connection.send(
            "POST",
            address("assignments", assignment_id, "submission"),
            answer,
            query={"hold": hold},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        return submitted

    def list_own_evaluations(self, project: str, *, limit: int = 5, only: str | None = None) -> list[d.PastEvaluation]:
        """Return the rater's own latest evaluations, or one of them by its id."""
        path = address("projects", project, "evaluations", "mine")
        past: list[d.PastEvaluation] = self._connection.get(path, limit=limit, only=only)["evaluations"]
        return past

    def revise_evaluation(
        self, evaluation_id: str, answer: Answer, reason: str, *, key: str | None = None
    ) -> d.ReceiptDocument:
        """Append an evaluation that supersedes one of the rater's own."""
        revised = self._connection.send(
            "POST",
            address("evaluations", evaluation_id, "revision"),
            {"answer": dict(answer), "reason": reason},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        receipt: d.ReceiptDocument = revised["receipt"]
        return receipt

    # --- edge cases ---

    def raise_edge_case(
        self, assignment_id: str, kind: str, question: str, *, key: str | None = None, **details: Any
    ) -> d.RaisedCase:
        """Ask what the rules do not decide.

        ``details`` are any of ``answer``, ``clause``, ``criterion``, ``code`` and ``region``.
        """
        raised: d.RaisedCase = self._connection.send(
            "POST",
            address("assignments", assignment_id, "edge-cases"),
            {"kind": kind, "question": question, **details},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
            is_repeatable=True,
        )
        return raised

    def find_precedents(self, assignment_id: str, *, codes: Sequence[str] = (), words: str = "") -> list[d.Precedent]:
        """Return the rulings in force that help with an item in hand, the most alike first."""
        path = address("assignments", assignment_id, "precedents")
        found: list[d.Precedent] = self._connection.get(path, codes=list(codes), words=words)["precedents"]
        return found

    def list_edge_cases(self, project: str, *, state: str | None = None) -> list[d.Case]:
        """Return the newest cases of a project."""
        cases: list[d.Case] = self._connection.get(address("projects", project, "edge-cases"), state=state)["cases"]
        return cases

    def read_edge_case(self, project: str, number: int) -> d.CaseDocument:
        """Return a case; how others would decide is told once the caller has voted, or the vote is closed."""
        case: d.CaseDocument = self._connection.get(address("projects", project, "edge-cases", number))
        return case

    def vote_on_edge_case(self, project: str, number: int, option: int | None, *, reason: str = "") -> None:
        """Keep how the caller would decide: the place of an option, or ``None`` for none of them."""
        path = address("projects", project, "edge-cases", number, "vote")
        self._connection.send("POST", path, {"option": option, "reason": reason})

    def list_rulings(self, project: str) -> list[d.RulingDocument]:
        """Return what was decided in a project, newest first, superseded rulings too."""
        found: list[d.RulingDocument] = self._connection.get(address("projects", project, "rulings"))["rulings"]
        return found

    # --- gold ---

    def list_gold(self, project: str) -> list[d.GoldItem]:
        """Return the items whose right answers are known, the disputed first."""
        found: list[d.GoldItem] = self._connection.get(address("projects", project, "gold"))["gold"]
        return found

    def make_gold(
        self, project: str, item: str, answers: Mapping[str, int | str], *, note: str = "", is_secret: bool = False
    ) -> int:
        """Say what is right of an item, by criterion, and return the number of the gold item."""
        body = {"answers": dict(answers), "note": note, "is_secret": is_secret}
        made = self._connection.send("POST", address("projects", project, "items", item, "gold"), body)
        number: int = made["number"]
        return number

    def void_gold(self, project: str, number: int, *, reason: str) -> None:
        """Score nobody by a gold item any more, from the beginning."""
        self._connection.send("POST", address("projects", project, "gold", number, "void"), {"reason": reason})

    def list_own_attempts(self, project: str) -> list[d.AttemptDocument]:
        """Return one's own tests and calibrations, newest first."""
        path = address("projects", project, "attempts", "mine")
        found: list[d.AttemptDocument] = self._connection.get(path)["attempts"]
        return found

    # --- reviews ---

    def list_reviews(self, project: str) -> list[d.ReviewDocument]:
        """Return the reviews of a project, newest first."""
        found: list[d.ReviewDocument] = self._connection.get(address("projects", project, "reviews"))["reviews"]
        return found

    def list_own_reviews(self, project: str) -> list[d.ReviewDocument]:
        """Return what was decided on one's own evaluations, newest first."""
        path = address("projects", project, "reviews", "mine")
        found: list[d.ReviewDocument] = self._connection.get(path)["reviews"]
        return found

    def appeal_review(self, project: str, number: int, *, reason: str) -> None:
        """Say why what was decided on one's own evaluation is wrong; another person decides."""
        self._connection.send("POST", address("projects", project, "reviews", number, "appeal"), {"reason": reason})

    # --- results ---

    def read_guideline_health(self, project: str, *, version: int | None = None) -> d.HealthDocument:
        """Return how questions and clauses fare, the most troubled first."""
        path = address("projects", project, "guideline", "health")
        health: d.HealthDocument = self._connection.get(path, version=version)
        return health

    def read_calibration(self, project: str, *, version: int | None = None) -> d.CalibrationDocument:
        """Return every rater's habits against the others, with intervals and signals."""
        path = address("projects", project, "calibration")
        calibration: d.CalibrationDocument = self._connection.get(path, version=version)
        return calibration

    def read_own_calibration(self, project: str) -> d.CalibrationDocument:
        """Return one's own habits under the version in force."""
        calibration: d.CalibrationDocument = self._connection.get(address("projects", project, "calibration", "mine"))
        return calibration

    def read_report(self, project: str, *, version: int | None = None) -> d.ReportDocument:
        """Return counts, distributions, agreement with intervals, raters' bias, marks and win rates."""
        report: d.ReportDocument = self._connection.get(address("projects", project, "report"), version=version)
        return report

    def export_project(self, project: str, path: Path, *, format: Literal["jsonl", "csv", "parquet"]) -> Path:  # noqa: A002  (the field's name)
        """Write an export, one zip, to ``path``; the file appears when it is complete."""
        partial = path.with_name(f".{path.name}.part")
        called = self._connection.stream("POST", address("projects", project, "exports"), {"format": format})
        try:
            with called as chunks, partial.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            return partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
