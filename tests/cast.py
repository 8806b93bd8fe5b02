"""The people of every test, and a small world for them to work in.

Rita rates, Rowan reviews, Lena leads, Omar administers the organisation, Petra runs the platform. Otto is the outsider:
he leads a project of another organisation.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count as counting
from typing import Any

from rubrica.domain.calibration_round import ItemChoice
from rubrica.domain.change_proposal import clause_text
from rubrica.domain.opening import moment_text
from rubrica.domain.review import ReviewEvent
from rubrica.domain.roles import Role
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.templates import template_rubric
from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import Embedder
from rubrica.kit import clock
from rubrica.records.models import (
    Account,
    Application,
    CalibrationRound,
    ChangeProposal,
    EdgeCase,
    Engagement,
    GuidelineVersion,
    Image,
    ImageDescriptor,
    Item,
    ItemImage,
    OpeningSource,
    Organisation,
    Portfolio,
    Project,
    Review,
    SavedSearch,
    StoredOpening,
    WorkCredential,
)
from rubrica.usecases import (
    accounts,
    applications,
    assignments,
    change_proposals,
    credentials,
    edge_cases,
    engagement_terms,
    engagements,
    evaluations,
    guidelines,
    opening_sources,
    openings,
    organisations,
    portfolios,
    profiles,
    projects,
    reviews,
    rounds,
    rulings,
    saved_searches,
    work_records,
)
from tests.domain.openings import IMAGE_EVALUATION, POSTED_IN_WORDS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
# Content addresses of pictures that no other test of the process has: bytes stay in the folder when a test ends.
_content_addresses = (f"{number:064x}" for number in counting(1))
PEOPLE = ("rita", "rowan", "lena", "omar", "petra", "otto")


@dataclass
class World:
    """One organisation with one project at work, and one outsider beside it."""

    organisation: Organisation
    project: Project
    rita: Account
    rowan: Account
    lena: Account
    omar: Account
    petra: Account
    otto: Account
    others_project: Project
    items: list[Item] = field(default_factory=list)
    now: datetime = NOON

    @property
    def guideline(self) -> GuidelineVersion:
        """Return the version in force."""
        version = Project.objects.of(self.project).select_related("guideline").get().guideline
        assert version is not None
        return version

    def later(self, **passed: float) -> datetime:
        """Let time pass and return what the clock says then."""
        self.now += timedelta(**passed)
        return self.now

    def rater(self, name: str) -> Account:
        """Return one more specialist of the project."""
        account = person(name)
        organisations.add_project_member(self.project, account, Role.SPECIALIST, now=NOON)
        return account


def person(name: str, *, platform_admin: bool = False) -> Account:
    """Return the account of a person of this name, with the cast's password."""
    return accounts.create_account(
        email=f"{name.lower()}@example.org",
        name=name.capitalize(),
        password=PASSWORD,
        now=NOON,
        platform_admin=platform_admin,
    )


def build_world(*, template: str = "ai-image-audit", items: int = 3, overlap: int = 2) -> World:
    """Build the world through the use cases that people use."""
    cast = {name: person(name, platform_admin=name == "petra") for name in PEOPLE}
    organisation = organisations.create_organisation(cast["petra"], name="Atelier", now=NOON)
    elsewhere = organisations.create_organisation(cast["petra"], name="Elsewhere", now=NOON)
    organisations.add_member(organisation, cast["omar"], Role.ORGANISATION_ADMIN, now=NOON)
    organisations.add_member(organisation, cast["lena"], Role.LEAD, now=NOON)
    organisations.add_member(elsewhere, cast["otto"], Role.LEAD, now=NOON)
    project = projects.create_project(cast["lena"], organisation.slug, name="Audit", template=template, now=NOON)
    organisations.add_project_member(project, cast["rita"], Role.SPECIALIST, now=NOON)
    organisations.add_project_member(project, cast["rowan"], Role.REVIEWER, now=NOON)
    # Repeats come by lot: whoever tests them asks for them.
    projects.change_settings(cast["lena"], project.slug, overlap=overlap, repeat_percent=0, now=NOON)
    guidelines.publish_guideline(cast["lena"], project.slug, now=NOON)
    projects.change_state(cast["lena"], project.slug, projects.ProjectState.ACTIVE, now=NOON)
    other = projects.create_project(cast["otto"], elsewhere.slug, name="Other", template=template, now=NOON)
    world = World(organisation, Project.objects.of(project).get(), **cast, others_project=other)
    world.items = add_items(world.project, items)
    return world


def add_items(project: Project, count: int, **columns: Any) -> list[Item]:
    """Add items with image rows but no bytes: enough for everything that does not look at pixels."""
    project.refresh_from_db()
    slots = template_rubric(project.template).images
    items = []
    for number in range(count):
        project.queue_tail += 1
        project.item_count += 1
        item = Item.objects.create(
            project=project,
            key=f"item-{project.queue_tail}",
            prompt=columns.get("prompt", f"a prompt for item {number + 1}"),
            metadata=columns.get("metadata", {"camera": "secret-camera"}),
            known_defects=columns.get("known_defects", []),
            places_left=project.overlap,
            queue_position=project.queue_tail,
            created_at=NOON,
        )
        for slot in range(slots):
            _add_image(project, item, slot)
        items.append(item)
    project.save(update_fields=["queue_tail", "item_count"])
    return items


def _add_image(project: Project, item: Item, slot: int) -> Image:
    image = Image.objects.create(
        project=project,
        sha256=next(_content_addresses),
        media_type="image/png",
        byte_size=1000,
        width=640,
        height=480,
        view_width=640,
        view_height=480,
        view_type="image/webp",
        thumbnail_type="image/webp",
        fingerprint="0" * 16,
        created_at=NOON,
    )
    ItemImage.objects.create(item=item, slot=slot, image=image, source_model=f"secret-model-{slot}")
    return image


def audit_answer(score: int = 4, **changes: Any) -> dict[str, Any]:
    """Return an answer that the image-audit rubric takes: the same score on every scale, no marks."""
    answers = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), score)
    return {"answers": answers, "marks": [], "explanation": "", "cannot_judge": None, **changes}


def evaluate(world: World, rater: Account, payload: dict[str, Any] | None = None) -> evaluations.Submission:
    """Let a rater take the next item and judge it."""
    work = assignments.take_assignments(rater, world.project.slug, hold=1, now=world.now)
    held = work.assignments[0].held
    return evaluations.submit_evaluation(
        rater,
        held.public_id,
        payload=payload or audit_answer(),
        key=f"key-{held.public_id}",
        hold=1,
        now=world.later(seconds=20),
    )


def judge_all(world: World, rater: Account, payload_of: Callable[[int, list[int]], dict[str, Any]]) -> None:
    """Let a rater judge everything there is; ``payload_of`` answers an item, by row id, shown in an order."""
    while work := assignments.take_assignments(rater, world.project.slug, hold=1, now=world.now).assignments:
        held = work[0].held
        evaluations.submit_evaluation(
            rater,
            held.public_id,
            payload=payload_of(held.item_id, held.presentation),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=20),
        )


def declared_profile(account: Account) -> profiles.OwnProfile:
    """Let a person say what he or she can do, with names and addresses that others must not see."""
    declared = {
        "basics": {
            "label": "Rater of images",
            "summary": "I am Rita Secretname.",
            "name": "Rita Secretname",
            "email": "secret@example.org",
            "countries": ["CH", "DE"],
            "time_zone": "Europe/Zurich",
            "hours_per_week": 20,
            "experience": "expert",
        },
        "languages": [{"tag": "de-CH", "reading": "NATIVE", "writing": "C1"}],
        "availability": [{"day": "mon", "start": "09:00", "end": "12:00"}],
        "annotation": {"data_types": ["image"], "label_types": ["evaluation_rating"], "tools": ["rubrica"]},
        "work": [{"name": "Secretfirm", "position": "Rater", "startDate": "2021-03"}],
    }
    return profiles.replace_profile(account, declared, now=clock.now())


def told_work(account: Account, slug: str = "audit") -> tuple[WorkCredential, Portfolio]:
    """Let a person tell others of the work in a project, with a credential and a portfolio."""
    now = clock.now()
    work_records.disclose(account, slug, "calibration", now=now)
    return credentials.issue_credential(account, slug, now=now), portfolios.open_portfolio(account, "R. S.", now=now)


def returned_review(world: World, evaluation: str) -> Review:
    """Let Rowan flag an evaluation of Rita's, and Lena return it."""
    now = clock.now()
    review = reviews.flag_evaluation(world.rowan, world.project.slug, evaluation, note="Looks hasty", now=now)
    verdict = reviews.Verdict(ReviewEvent.RETURN, comment="The seam is a fault by PL-1.", criterion="overall")
    return reviews.decide(world.lena, world.project.slug, review.number, verdict, now=now)


def proposed_change(world: World) -> ChangeProposal:
    """Let Rita propose another wording of the first clause that a question rests on."""
    version = world.guideline
    anchor = next(criterion.clause for criterion in parse_rubric(version.rubric).criteria if criterion.clause)
    text = f"{clause_text(version.markdown, anchor)}\n\nA seam along a mirror is a fault.\n"
    wording = change_proposals.Wording(anchor, text, "Seams along mirrors", "Three of us asked.")
    return change_proposals.propose_change(world.rita, world.project.slug, wording, now=clock.now())


def opened_round(world: World) -> CalibrationRound:
    """Let Lena open a calibration round on one item, which Rita and two others take part in."""
    for name in ("rhea", "ruben"):
        world.rater(name)
    return rounds.open_round(
        world.lena, world.project.slug, title="Seams", choice=ItemChoice.SAMPLE, count=1, now=clock.now()
    )


def describe_item(
    item: Item, distance: float, *, embedder: type[Embedder] = Classical, slot: int = 0
) -> ImageDescriptor:
    """Describe an image of an item as one that lies so far from those at 0."""
    cosine = 1 - distance
    vector = [cosine, math.sqrt(1 - cosine**2), *[0.0] * (embedder.dimension - 2)]
    image = ItemImage.objects.of(item.project).get(item=item, slot=slot).image
    stored = struct.pack(f"<{embedder.dimension}e", *vector)
    return ImageDescriptor.objects.create(image=image, embedder=embedder.name, vector=stored)


def passed_case(world: World, question: str) -> EdgeCase:
    """Let Rita ask about the item that she has in hand, and pass on to the next."""
    assignment = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0]
    held = assignment.held.public_id
    payload = {"kind": "gap", "question": question}
    raised = edge_cases.raise_case(world.rita, held, payload=payload, key=f"key {question}"[:64], now=world.now)
    assignments.skip_assignment(world.rita, held, reason="other", note="", hold=0, now=world.now)
    return raised.case


def ruled_case(world: World, question: str) -> EdgeCase:
    """Let Rita ask and pass on, and Lena rule."""
    case = passed_case(world, question)
    decision = rulings.Decision("So be it", "Because.", "pattern", (world.now + timedelta(days=9)).date())
    rulings.rule(world.lena, world.project.slug, case.number, decision, now=world.now)
    return case


def put_to_vote(world: World, assignment: str, question: str = "Is a seam along a mirror a fault?") -> EdgeCase:
    """Let Rita ask about an item that she holds, and Lena put the question to the vote."""
    payload = {"kind": "gap", "question": question, "answer": "I call it minor"}
    raised = edge_cases.raise_case(world.rita, assignment, payload=payload, key=f"key {question}"[:64], now=world.now)
    number = raised.case.number
    options = ("A fault", "No fault")
    return edge_cases.open_vote(world.lena, world.project.slug, number, options=options, now=world.later(minutes=1))


def opening_document(**changes: Any) -> dict[str, Any]:
    """Return the opening this product was conceived for, open for a month from now."""
    closes = moment_text(clock.now() + timedelta(days=30))
    return {**IMAGE_EVALUATION.as_json(), "closes_at": closes, **changes}


def fill_queue(project: Project, places: int = 10_000) -> None:
    """Give every item of a project as many places as it takes to keep people busy."""
    Item.objects.of(project).update(places_left=places)


def published_opening(world: World, *, now: datetime | None = None, **changes: Any) -> StoredOpening:
    """Let Lena publish an opening of her project, behind which there is plenty of work."""
    fill_queue(world.project)
    at = now or clock.now()
    row = openings.write_opening(world.lena, world.project.slug, opening_document(**changes), now=at)
    return openings.publish_opening(world.lena, world.project.slug, row.number or 0, now=at)


def pasted_opening(account: Account) -> OpeningSource:
    """Let a person paste an opening found elsewhere."""
    text = POSTED_IN_WORDS.encode()
    now = clock.now()
    return opening_sources.import_openings(account, text, name="Pasted", kind="text", is_shared=False, now=now)[0]


def followed_source(account: Account) -> OpeningSource:
    """Let a person have openings fetched from an address."""
    url = "https://board.example/openings.xml"
    return opening_sources.add_source(
        account, name="Board", url=url, kind="", is_shared=False, every_hours=6, now=clock.now()
    )


def kept_search(account: Account, query: str = "q=image") -> SavedSearch:
    """Let a person keep a search for openings whose finds come by mail."""
    return saved_searches.save_search(account, name="Images", query=query, by_mail=True, now=clock.now())


def candidate(name: str = "anna") -> Account:
    """Return somebody outside every project who may apply."""
    account = person(name)
    declare_fit(account)
    return account


def declare_fit(account: Account) -> None:
    """Let somebody declare what the opening asks for."""
    declared = {
        "basics": {"countries": ["CH"], "hours_per_week": 20, "experience": "entry"},
        "languages": [{"tag": "en", "reading": "C1", "writing": "C1"}],
    }
    profiles.replace_profile(account, declared, now=clock.now())


def engaged_member(world: World) -> Engagement:
    """Let Lena offer terms to Rowan, who accepts them."""
    terms = {"basis": "hour", "rate_minor": 2_500, "currency": "EUR", "weekly_hours": 20}
    now = clock.now()
    offer = engagement_terms.offer_to_member(world.lena, world.project.slug, world.rowan.public_id, terms, now=now)
    read = engagement_terms.terms_versions(offer, now=now)[0].stored.sha256
    engagements.accept_own_terms(world.rowan, offer.public_id, sha256=read, now=now)
    return offer


def submitted_application(opening: StoredOpening) -> Application:
    """Let Anna, who is no part of anything, apply for an opening that asks no questions."""
    return applications.submit_application(candidate(), opening.public_id, {}, now=clock.now())
