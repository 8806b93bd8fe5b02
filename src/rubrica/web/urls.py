"""Routes of the pages. A new one needs a row in ``tests/web/test_routes.py``."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import StringConverter

from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.web.views import (
    accounts,
    application_review,
    applications,
    calibration,
    change_proposals,
    credentials,
    edge_cases,
    engagements,
    exports,
    gold,
    guidelines,
    home,
    imports,
    instance,
    items,
    opening_feeds,
    opening_search,
    opening_sources,
    openings,
    organisations,
    profiles,
    projects,
    reports,
    reviews,
    rounds,
    saved_searches,
    screening,
    time_claims,
    work,
)


class PublicIdConverter(StringConverter):
    """Matches identifiers of our making; an address with any other is not found before a database is asked."""

    regex = f"[A-Za-z0-9_-]{{{PUBLIC_ID_LENGTH}}}"


class SecretConverter(StringConverter):
    """Matches what a one-time link can carry."""

    regex = "[A-Za-z0-9_-]{20,200}"


register_converter(PublicIdConverter, "public")
register_converter(SecretConverter, "secret")

# allauth finds its own pages by these names.
_ACCOUNTS = [
    path("sign-in/", login_not_required(accounts.sign_in), name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("sign-up/", accounts.ask_to_sign_up, name="account_signup"),
    path("sign-up/sent/", accounts.sign_up_sent, name="sign_up_sent"),
    path("sign-up/<str:token>/", accounts.sign_up_link, name="sign_up_link"),
    path("account/inactive/", login_not_required(allauth.account_inactive), name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", login_not_required(allauth.password_reset), name="account_reset_password"),
    path(
        "password/reset/sent/",
        login_not_required(allauth.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        login_not_required(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("sign-in/<secret:secret>/", accounts.sign_in_link, name="sign_in_link"),
    path("invitations/<secret:secret>/", accounts.invitation, name="invitation"),
    path("account/", accounts.account, name="account"),
    path("account/data/", accounts.export_data, name="export_own_data"),
    path("account/delete/", accounts.delete, name="delete_account"),
    path("account/theme/", accounts.choose_theme, name="choose_theme"),
    path("account/news/", accounts.choose_news, name="choose_news"),
    path("account/sessions/end/", accounts.end_sessions, name="end_sessions"),
    path("account/tokens/", accounts.create_token, name="create_token"),
    path("account/tokens/<public:token>/revoke/", accounts.revoke_token, name="revoke_token"),
]

_PROFILE = [
    path("profile/", profiles.profile, name="profile"),
    path("record/", credentials.record, name="work_record"),
    path("record/portfolio/", credentials.portfolio, name="own_portfolio"),
    path("record/<slug:slug>/disclosure/", credentials.disclose, name="disclose_work"),
    path("record/<slug:slug>/credential/", credentials.issue, name="issue_credential"),
    path("portfolios/<public:portfolio>/", credentials.public_portfolio, name="portfolio"),
    path("verify/", credentials.verify, name="verify_credential"),
    path("credentials/<public:credential>/", credentials.credential, name="credential"),
    path("credentials/<public:credential>/revoke/", credentials.revoke, name="revoke_credential"),
    path("credentials/status/<int:number>/", credentials.status, name="credential_status"),
    path(".well-known/did.json", credentials.did, name="did_document"),
    path(".well-known/jwks.json", credentials.jwks, name="jwks"),
    path("profile/resume.json", profiles.resume, name="resume"),
    path("profile/resume.pdf", profiles.resume_pdf, name="resume_pdf"),
    path("profile/import/", profiles.import_resume, name="import_resume"),
    path("profile/<slug:section>/", profiles.entry, name="profile_section"),
    path("profile/<slug:section>/<int:position>/", profiles.entry, name="profile_entry"),
    path("profile/<slug:section>/<int:position>/remove/", profiles.remove, name="remove_profile_entry"),
]

_PROJECTS = [
    path("projects/", projects.projects, name="projects"),
    path("new-project/", projects.new_project, name="new_project"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/state/", projects.change_state, name="change_state"),
    path("projects/<slug:slug>/settings/", projects.settings, name="project_settings"),
    path("projects/<slug:slug>/people/", projects.people, name="project_people"),
    path("projects/<slug:slug>/people/add/", projects.add_member, name="add_member"),
    path("projects/<slug:slug>/people/<public:member>/role/", projects.change_role, name="change_role"),
    path("projects/<slug:slug>/work/", work.workbench, name="workbench"),
    path("projects/<slug:slug>/items/", items.items, name="items"),
    path("projects/<slug:slug>/items/<public:item>/", items.item, name="item"),
    path("projects/<slug:slug>/imports/", imports.imports, name="imports"),
    path("projects/<slug:slug>/imports/<public:item_import>/", imports.item_import, name="item_import"),
    path("projects/<slug:slug>/guideline/", guidelines.guideline, name="guideline"),
    path("projects/<slug:slug>/guideline/edit/", guidelines.edit, name="edit_guideline"),
    path("projects/<slug:slug>/guideline/preview/", guidelines.preview, name="preview_guideline"),
    path("projects/<slug:slug>/guideline/publish/", guidelines.publish, name="publish_guideline"),
    path("projects/<slug:slug>/guideline/publish/cancel/", guidelines.cancel_publication, name="cancel_publication"),
    path("projects/<slug:slug>/guideline/changes/", guidelines.changes, name="guideline_changes"),
    path("projects/<slug:slug>/guideline/proposals/", change_proposals.proposals, name="change_proposals"),
    path("projects/<slug:slug>/guideline/proposals/new/", change_proposals.new, name="propose_change"),
    path("projects/<slug:slug>/guideline/proposals/<int:number>/", change_proposals.proposal, name="change_proposal"),
    path(
        "projects/<slug:slug>/guideline/proposals/<int:number>/<slug:step>/",
        change_proposals.proposal_step,
        name="proposal_step",
    ),
    path("projects/<slug:slug>/guideline/health/", guidelines.health, name="guideline_health"),
    path("projects/<slug:slug>/guideline/questions/", guidelines.ask_clause, name="ask_clause"),
    path(
        "projects/<slug:slug>/guideline/questions/<public:question>/answer/",
        guidelines.answer_clause,
        name="answer_clause",
    ),
    path(
        "projects/<slug:slug>/guideline/questions/<public:question>/settle/",
        guidelines.settle_clause,
        name="settle_clause",
    ),
    path("projects/<slug:slug>/guideline/news/", guidelines.news, name="guideline_news"),
    path("projects/<slug:slug>/guideline/v<int:number>/", guidelines.guideline, name="guideline_version"),
    path("projects/<slug:slug>/cases/", edge_cases.cases, name="edge_cases"),
    path("projects/<slug:slug>/cases/<int:number>/", edge_cases.case, name="edge_case"),
    path("projects/<slug:slug>/cases/<int:number>/<slug:step>/", edge_cases.case_step, name="case_step"),
    path("projects/<slug:slug>/rulings/", edge_cases.rulings, name="rulings"),
    path("projects/<slug:slug>/gold/", gold.gold, name="gold"),
    path("projects/<slug:slug>/gold/screening/", screening.plan, name="screening_plan"),
    path("projects/<slug:slug>/gold/plan/", gold.change_plan, name="change_gold_plan"),
    path("projects/<slug:slug>/gold/accept/", gold.accept, name="accept_gold"),
    path("projects/<slug:slug>/gold/ask/", gold.ask, name="ask_for_attempt"),
    path("projects/<slug:slug>/gold/<int:number>/void/", gold.void, name="void_gold"),
    path("projects/<slug:slug>/gold/<int:number>/practice/", gold.keep_for_practice, name="keep_for_practice"),
    path("projects/<slug:slug>/items/<public:item>/gold/", gold.make, name="make_gold"),
    path("projects/<slug:slug>/tests/", gold.tests, name="tests"),
    path("projects/<slug:slug>/tests/retake/", gold.retake, name="retake_test"),
    path("projects/<slug:slug>/tests/practise/", gold.practise, name="practise"),
    path("projects/<slug:slug>/reviews/", reviews.reviews, name="reviews"),
    path("projects/<slug:slug>/reviews/queue/", reviews.queue, name="queue_reviews"),
    path("projects/<slug:slug>/reviews/flag/<public:evaluation>/", reviews.flag, name="flag_evaluation"),
    path("projects/<slug:slug>/reviews/<int:number>/", reviews.review, name="review"),
    path("projects/<slug:slug>/reviews/<int:number>/<slug:step>/", reviews.review_step, name="review_step"),
    path("projects/<slug:slug>/calibration/", calibration.calibration, name="calibration"),
    path("projects/<slug:slug>/rounds/", rounds.rounds, name="rounds"),
    path("projects/<slug:slug>/rounds/open/", rounds.open_round, name="open_round"),
    path("projects/<slug:slug>/rounds/<int:number>/", rounds.calibration_round, name="calibration_round"),
    path("projects/<slug:slug>/rounds/<int:number>/<int:position>/say/", rounds.say, name="say_in_round"),
    path("projects/<slug:slug>/rounds/<int:number>/<slug:step>/", rounds.round_step, name="round_step"),
    path("projects/<slug:slug>/time-claims/", time_claims.time_claims, name="time_claims"),
    path("projects/<slug:slug>/time-claims/terms/", time_claims.time_terms, name="time_terms"),
    path("projects/<slug:slug>/time-claims/new/", time_claims.claim_time, name="claim_time"),
    path("projects/<slug:slug>/time-claims/<int:number>/<slug:step>/", time_claims.claim_step, name="claim_step"),
    path("projects/<slug:slug>/results/", reports.results, name="results"),
    path("projects/<slug:slug>/exports/", exports.exports, name="exports"),
    path("projects/<slug:slug>/openings/", openings.project_openings, name="project_openings"),
    path("projects/<slug:slug>/openings/new/", openings.new_opening, name="new_opening"),
    path("projects/<slug:slug>/openings/<int:number>/", openings.project_opening, name="project_opening"),
    path(
        "projects/<slug:slug>/openings/<int:number>/questions/", application_review.questions, name="opening_questions"
    ),
    path("projects/<slug:slug>/openings/<int:number>/<slug:step>/", openings.opening_step, name="opening_step"),
]

_APPLICATIONS = [
    path("openings/<public:opening>/apply/", applications.apply, name="apply"),
    path("openings/<public:opening>/apply/draft/", applications.autosave, name="autosave_application"),
    path("applications/", applications.applications, name="own_applications"),
    path("applications/elsewhere/", applications.tracker, name="tracker"),
    path("applications/elsewhere/<public:tracked>/", applications.tracked, name="tracked"),
    path("applications/elsewhere/<public:tracked>/<slug:step>/", applications.tracked_step, name="tracked_step"),
    path("applications/<public:application>/", applications.application, name="own_application"),
    path("applications/<public:application>/guideline/", screening.reading, name="screening_reading"),
    path("applications/<public:application>/writing/", screening.writing, name="screening_writing"),
    path("applications/<public:application>/writing/draft/", screening.autosave, name="autosave_screening"),
    path("applications/<public:application>/items/", screening.items, name="screening_items"),
    path("applications/<public:application>/hand-in/", screening.hand_in, name="hand_in_screening"),
    path("applications/<public:application>/<slug:step>/", applications.application_step, name="own_application_step"),
    path("engagements/", engagements.own_engagements, name="own_engagements"),
    path("engagements/<public:engagement>/", engagements.own_engagement, name="own_engagement"),
    path("engagements/<public:engagement>/<slug:step>/", engagements.own_engagement_step, name="own_engagement_step"),
    path("projects/<slug:slug>/engagements/", engagements.project_engagements, name="project_engagements"),
    path("projects/<slug:slug>/engagements/offer/", engagements.offer_terms, name="offer_terms"),
    path("projects/<slug:slug>/engagements/<int:number>/", engagements.project_engagement, name="project_engagement"),
    path(
        "projects/<slug:slug>/engagements/<int:number>/<slug:step>/",
        engagements.project_engagement_step,
        name="project_engagement_step",
    ),
    path("projects/<slug:slug>/applications/", application_review.applications, name="project_applications"),
    path("projects/<slug:slug>/applications/<int:number>/", application_review.application, name="project_application"),
    path(
        "projects/<slug:slug>/applications/<int:number>/writing/",
        screening.score,
        name="score_writing",
    ),
    path(
        "projects/<slug:slug>/applications/<int:number>/<slug:step>/",
        application_review.application_step,
        name="project_application_step",
    ),
]

_OPENINGS = [
    path("openings/", opening_search.openings, name="openings"),
    path("openings/feeds/<str:name>", opening_feeds.feed, name="opening_feed"),
    path("openings/sources/", opening_sources.sources, name="opening_sources"),
    path("openings/sources/add/", opening_sources.add_source, name="add_opening_source"),
    path("openings/sources/import/", opening_sources.import_openings, name="import_openings"),
    path("openings/sources/<public:source>/<slug:step>/", opening_sources.source_step, name="opening_source_step"),
    path("openings/searches/", saved_searches.searches, name="saved_searches"),
    path("openings/searches/save/", saved_searches.save_search, name="save_search"),
    path("openings/searches/unsubscribe/<str:token>/", saved_searches.unsubscribe, name="unsubscribe"),
    path("openings/searches/<public:search>/<slug:step>/", saved_searches.search_step, name="search_step"),
    path("openings/<public:opening>/", opening_search.opening, name="opening"),
    path("sitemap.xml", opening_feeds.sitemap, name="sitemap"),
]

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("health/", home.health, name="health"),
    path("help/", home.help_page, name="help"),
    path("house-rules/", home.house_rules, name="house_rules"),
    path(".well-known/house-rules.json", home.house_rules_document, name="house_rules_document"),
    path("my-work/", work.my_work, name="my_work"),
    path("my-work/hours/", work.hours, name="own_hours"),
    path("news/", home.news, name="news"),
    path("news/read/", home.read_news, name="read_news"),
    path("news/<public:notification>/", home.follow_news, name="follow_news"),
    *_ACCOUNTS,
    *_PROFILE,
    *_PROJECTS,
    *_OPENINGS,
    *_APPLICATIONS,
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:slug>/invite/", organisations.invite, name="invite"),
    path(
        "organisations/<slug:slug>/invitations/<public:invitation>/revoke/",
        organisations.revoke_invitation,
        name="revoke_invitation",
    ),
    path("organisations/<slug:slug>/members/<public:member>/role/", organisations.change_role, name="member_role"),
    path(
        "organisations/<slug:slug>/members/<public:member>/remove/", organisations.remove_member, name="remove_member"
    ),
    path("instance/", instance.instance, name="instance"),
]
