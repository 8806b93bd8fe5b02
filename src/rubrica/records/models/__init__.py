"""All models, so that Django finds them."""

from rubrica.records.models.account import Account, ApiToken, Session, SignInLink
from rubrica.records.models.active_time import (
    Beat,
    PageSession,
    PersonalClock,
    PlatformWait,
    TimeClaim,
    TimeClaimStep,
    TimeSpan,
)
from rubrica.records.models.application import (
    Application,
    ApplicationForm,
    ApplicationMessage,
    ApplicationReading,
    ApplicationStep,
    TrackedApplication,
)
from rubrica.records.models.assignment import Assignment
from rubrica.records.models.audit import AuditEvent
from rubrica.records.models.calibration_round import CalibrationRound, RoundItem, RoundPost
from rubrica.records.models.change_proposal import ChangeProposal, ProposalOpinion
from rubrica.records.models.clause_question import ClauseAnswer, ClauseQuestion
from rubrica.records.models.edge_case import CasePost, CaseStep, CaseVote, EdgeCase, Ruling
from rubrica.records.models.engagement import Engagement, EngagementStep, EngagementTerms, TermsAnswer
from rubrica.records.models.evaluation import Evaluation, Mark, Rating
from rubrica.records.models.gold import Attempt, AttemptItem, Gold, GoldPlan
from rubrica.records.models.guideline import (
    Acknowledgement,
    GuidelineDraft,
    GuidelineVersion,
    Reevaluation,
    ScheduledPublication,
)
from rubrica.records.models.image import Image, ImageDescriptor
from rubrica.records.models.item import Item, ItemImage
from rubrica.records.models.item_import import ItemImport, ItemImportProblem
from rubrica.records.models.job import Job
from rubrica.records.models.mutual_rating import MutualRating, MutualRatingReply
from rubrica.records.models.notification import Notification, NotificationChoice
from rubrica.records.models.opening import (
    FoundPosting,
    OpeningCountry,
    OpeningLanguage,
    OpeningSource,
    OpeningWord,
    SavedSearch,
    StoredOpening,
)
from rubrica.records.models.organisation import Invitation, Membership, Organisation
from rubrica.records.models.profile import SpecialistProfile
from rubrica.records.models.project import Project, ProjectMembership
from rubrica.records.models.review import Adjudication, Review, ReviewStep
from rubrica.records.models.screening import (
    Screening,
    ScreeningAnswer,
    ScreeningCredit,
    ScreeningPlan,
    WritingScore,
)
from rubrica.records.models.work_record import Portfolio, WorkCredential, WorkDisclosure

__all__ = [
    "Account",
    "Acknowledgement",
    "Adjudication",
    "ApiToken",
    "Application",
    "ApplicationForm",
    "ApplicationMessage",
    "ApplicationReading",
    "ApplicationStep",
    "Assignment",
    "Attempt",
    "AttemptItem",
    "AuditEvent",
    "Beat",
    "CalibrationRound",
    "CasePost",
    "CaseStep",
    "CaseVote",
    "ChangeProposal",
    "ClauseAnswer",
    "ClauseQuestion",
    "EdgeCase",
    "Engagement",
    "EngagementStep",
    "EngagementTerms",
    "Evaluation",
    "FoundPosting",
    "Gold",
    "GoldPlan",
    "GuidelineDraft",
    "GuidelineVersion",
    "Image",
    "ImageDescriptor",
    "Invitation",
    "Item",
    "ItemImage",
    "ItemImport",
    "ItemImportProblem",
    "Job",
    "Mark",
    "Membership",
    "MutualRating",
    "MutualRatingReply",
    "Notification",
    "NotificationChoice",
    "OpeningCountry",
    "OpeningLanguage",
    "OpeningSource",
    "OpeningWord",
    "Organisation",
    "PageSession",
    "PersonalClock",
    "PlatformWait",
    "Portfolio",
    "Project",
    "ProjectMembership",
    "ProposalOpinion",
    "Rating",
    "Reevaluation",
    "Review",
    "ReviewStep",
    "RoundItem",
    "RoundPost",
    "Ruling",
    "SavedSearch",
    "ScheduledPublication",
    "Screening",
    "ScreeningAnswer",
    "ScreeningCredit",
    "ScreeningPlan",
    "Session",
    "SignInLink",
    "SpecialistProfile",
    "StoredOpening",
    "TermsAnswer",
    "TimeClaim",
    "TimeClaimStep",
    "TimeSpan",
    "TrackedApplication",
    "WorkCredential",
    "WorkDisclosure",
    "WritingScore",
]
