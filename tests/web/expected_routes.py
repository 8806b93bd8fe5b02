"""What each route answers to each role: (path, form or body, status for each role).

Roles in order: anonymous, outsider, specialist, reviewer, lead, organisation admin, platform admin.
"""

from typing import Any

from tests.cast import audit_answer

Row = tuple[str, dict[str, Any], tuple[int, ...]]

ANYBODY = (200,) * 7
MEMBERS = (302, *(200,) * 6)

PAGES: dict[tuple[str, str], Row] = {
    ("GET", "home"): ("/", {}, ANYBODY),
    ("GET", "health"): ("/health/", {}, ANYBODY),
    ("GET", "help"): ("/help/", {}, ANYBODY),
    ("GET", "my_work"): ("/my-work/", {}, MEMBERS),
    ("GET", "account_login"): ("/sign-in/", {}, (200, *(302,) * 6)),
    ("POST", "account_logout"): ("/sign-out/", {}, (302,) * 7),
    ("GET", "account_signup"): ("/sign-up/", {}, (200, *(302,) * 6)),
    ("GET", "account_inactive"): ("/account/inactive/", {}, ANYBODY),
    ("GET", "account_change_password"): ("/password/change/", {}, MEMBERS),
    ("GET", "account_set_password"): ("/password/set/", {}, (302,) * 7),
    ("GET", "account_reset_password"): ("/password/reset/", {}, ANYBODY),
    ("GET", "account_reset_password_done"): ("/password/reset/sent/", {}, ANYBODY),
    ("GET", "account_reset_password_from_key"): ("/password/reset/1-forged/", {}, ANYBODY),
    ("GET", "account_reset_password_from_key_done"): ("/password/reset/done/", {}, ANYBODY),
    ("GET", "sign_in_link"): ("/sign-in/{sign_in_secret}/", {}, ANYBODY),
    ("GET", "invitation"): ("/invitations/{invitation_secret}/", {}, ANYBODY),
    ("GET", "account"): ("/account/", {}, MEMBERS),
    ("POST", "choose_theme"): ("/account/theme/", {"theme": "dark"}, (302,) * 7),
    ("POST", "choose_news"): ("/account/news/", {"review": "now"}, (302,) * 7),
    ("GET", "news"): ("/news/", {}, MEMBERS),
    ("POST", "read_news"): ("/news/read/", {}, (302,) * 7),
    ("GET", "follow_news"): ("/news/AAAAAAAAAAAAAAAAAAAAAA/", {}, (302, *(404,) * 6)),
    ("POST", "end_sessions"): ("/account/sessions/end/", {}, (302,) * 7),
    ("POST", "create_token"): ("/account/tokens/", {"name": "notebook"}, (302,) * 7),
    ("POST", "revoke_token"): ("/account/tokens/{token}/revoke/", {}, (302, 404, 302, 404, 404, 404, 404)),
    ("GET", "projects"): ("/projects/", {}, MEMBERS),
    ("GET", "new_project"): ("/new-project/", {}, MEMBERS),
    ("GET", "project"): ("/projects/{slug}/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "change_state"): ("/projects/{slug}/state/", {"state": "paused"}, (302, 404, 403, 403, 302, 302, 404)),
    ("GET", "project_settings"): ("/projects/{slug}/settings/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("GET", "project_people"): ("/projects/{slug}/people/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("POST", "add_member"): (
        "/projects/{slug}/people/add/",
        {"member": "{member}", "role": "reviewer"},
        (302, 404, 403, 403, 302, 302, 404),
    ),
    ("POST", "change_role"): (
        "/projects/{slug}/people/{member}/role/",
        {"role": "reviewer"},
        (302, 404, 403, 403, 302, 302, 404),
    ),
    ("GET", "workbench"): ("/projects/{slug}/work/", {}, (302, 404, 200, 403, 403, 403, 404)),
    ("GET", "items"): ("/projects/{slug}/items/", {}, (302, 404, 403, 200, 200, 200, 404)),
    ("GET", "item"): ("/projects/{slug}/items/{item}/", {}, (302, 404, 403, 200, 200, 200, 404)),
    ("GET", "imports"): ("/projects/{slug}/imports/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("GET", "item_import"): ("/projects/{slug}/imports/{item_import}/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("GET", "guideline"): ("/projects/{slug}/guideline/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "edit_guideline"): ("/projects/{slug}/guideline/edit/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("POST", "preview_guideline"): (
        "/projects/{slug}/guideline/preview/",
        {"markdown": "# A"},
        (302, 404, 403, 403, 200, 200, 404),
    ),
    ("POST", "publish_guideline"): ("/projects/{slug}/guideline/publish/", {}, (302, 404, 403, 403, 302, 302, 404)),
    ("POST", "cancel_publication"): (
        "/projects/{slug}/guideline/publish/cancel/",
        {},
        (302, 404, 403, 403, 302, 302, 404),
    ),
    ("GET", "guideline_changes"): ("/projects/{slug}/guideline/changes/", {}, (302, 404, 403, 200, 200, 200, 404)),
    ("GET", "change_proposals"): ("/projects/{slug}/guideline/proposals/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "propose_change"): (
        "/projects/{slug}/guideline/proposals/new/?clause=PL-1",
        {},
        (302, 404, 200, 200, 200, 200, 404),
    ),
    ("POST", "propose_change"): (
        "/projects/{slug}/guideline/proposals/new/",
        {"clause": "none"},
        (302, 404, 422, 422, 422, 422, 404),
    ),
    ("GET", "change_proposal"): (
        "/projects/{slug}/guideline/proposals/{proposal}/",
        {},
        (302, 404, 200, 200, 200, 200, 404),
    ),
    ("POST", "proposal_step"): (
        "/projects/{slug}/guideline/proposals/{proposal}/decline/",
        {"reason": "Not now"},
        (302, 404, 403, 403, 302, 302, 404),
    ),
    ("POST", "ask_clause"): (
        "/projects/{slug}/guideline/questions/",
        {"clause": "PL-1", "text": "Is a seam a fault?"},
        (302, 404, 302, 302, 302, 302, 404),
    ),
    ("POST", "answer_clause"): (
        "/projects/{slug}/guideline/questions/{question}/answer/",
        {"text": "It is."},
        (302, 404, 302, 302, 302, 302, 404),
    ),
    ("POST", "settle_clause"): (
        "/projects/{slug}/guideline/questions/{question}/settle/",
        {},
        (302, 404, 302, 302, 302, 302, 404),
    ),
    ("GET", "guideline_health"): ("/projects/{slug}/guideline/health/", {}, (302, 404, 403, 200, 200, 200, 404)),
    ("GET", "guideline_news"): ("/projects/{slug}/guideline/news/", {}, (302, 404, 200, 403, 403, 403, 404)),
    ("POST", "guideline_news"): (
        "/projects/{slug}/guideline/news/",
        {"version": "1"},
        (302, 404, 302, 403, 403, 403, 404),
    ),
    ("GET", "guideline_version"): ("/projects/{slug}/guideline/v1/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "edge_cases"): ("/projects/{slug}/cases/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "edge_case"): ("/projects/{slug}/cases/{case}/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "case_step"): (
        "/projects/{slug}/cases/{case}/close-vote/",
        {},
        (302, 404, 403, 302, 302, 302, 404),
    ),
    ("GET", "rulings"): ("/projects/{slug}/rulings/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "gold"): ("/projects/{slug}/gold/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("POST", "change_gold_plan"): ("/projects/{slug}/gold/plan/", {}, (302, 404, 403, 403, 302, 302, 404)),
    ("POST", "accept_gold"): ("/projects/{slug}/gold/accept/", {}, (302, 404, 403, 403, 302, 302, 404)),
    ("POST", "ask_for_attempt"): ("/projects/{slug}/gold/ask/", {}, (302, 404, 403, 403, 404, 404, 404)),
    ("POST", "void_gold"): (
        "/projects/{slug}/gold/1/void/",
        {"reason": "Wrong"},
        (302, 404, 403, 403, 404, 404, 404),
    ),
    ("POST", "make_gold"): (
        "/projects/{slug}/items/{item}/gold/",
        {"answer-overall": "4"},
        (302, 404, 403, 403, 302, 302, 404),
    ),
    ("GET", "tests"): ("/projects/{slug}/tests/", {}, (302, 404, 200, 403, 403, 403, 404)),
    ("POST", "retake_test"): ("/projects/{slug}/tests/retake/", {}, (302, 404, 302, 403, 403, 403, 404)),
    ("GET", "reviews"): ("/projects/{slug}/reviews/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "queue_reviews"): (
        "/projects/{slug}/reviews/queue/",
        {"why": "sample", "count": "1"},
        (302, 404, 403, 302, 302, 302, 404),
    ),
    ("POST", "flag_evaluation"): (
        "/projects/{slug}/reviews/flag/{evaluation}/",
        {},
        (302, 404, 403, 302, 302, 302, 404),
    ),
    ("GET", "review"): ("/projects/{slug}/reviews/{review}/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "review_step"): (
        "/projects/{slug}/reviews/{review}/settle/",
        {},
        (302, 404, 302, 403, 403, 403, 404),
    ),
    ("GET", "calibration"): ("/projects/{slug}/calibration/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("GET", "rounds"): ("/projects/{slug}/rounds/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "open_round"): ("/projects/{slug}/rounds/open/", {}, (302, 404, 403, 403, 302, 302, 404)),
    ("GET", "calibration_round"): ("/projects/{slug}/rounds/{round}/", {}, (302, 404, 200, 200, 200, 200, 404)),
    ("POST", "say_in_round"): (
        "/projects/{slug}/rounds/{round}/0/say/",
        {"text": "Look again."},
        (302, 404, 302, 302, 302, 302, 404),
    ),
    ("POST", "round_step"): ("/projects/{slug}/rounds/{round}/close/", {}, (302, 404, 403, 403, 302, 302, 404)),
    ("GET", "results"): ("/projects/{slug}/results/", {}, (302, 404, 403, 200, 200, 200, 404)),
    ("GET", "exports"): ("/projects/{slug}/exports/", {}, (302, 404, 403, 403, 200, 200, 404)),
    ("GET", "organisations"): ("/organisations/", {}, MEMBERS),
    ("GET", "organisation"): ("/organisations/{organisation}/", {}, (302, 404, 200, 200, 200, 200, 200)),
    ("POST", "invite"): (
        "/organisations/{organisation}/invite/",
        {"email": "nina@example.org", "role": "specialist"},
        (302, 404, 403, 403, 200, 200, 200),
    ),
    ("POST", "revoke_invitation"): (
        "/organisations/{organisation}/invitations/{invitation}/revoke/",
        {},
        (302, 404, 403, 403, 302, 302, 302),
    ),
    ("POST", "member_role"): (
        "/organisations/{organisation}/members/{member}/role/",
        {"role": "reviewer"},
        (302, 404, 403, 403, 403, 302, 302),
    ),
    ("POST", "remove_member"): (
        "/organisations/{organisation}/members/{member}/remove/",
        {},
        (302, 404, 403, 403, 403, 302, 302),
    ),
    ("GET", "instance"): ("/instance/", {}, (302, 403, 403, 403, 403, 403, 200)),
}

OWN = (401, *(200,) * 6)
PROJECT = (401, 404, 200, 200, 200, 200, 404)
REVIEWERS = (401, 404, 403, 200, 200, 200, 404)
LEADS = (401, 404, 403, 403, 200, 200, 404)

OWN_ITEM = (401, 404, 200, 404, 404, 404, 404)

API: dict[tuple[str, str], Row] = {
    ("POST", "raise_edge_case"): (
        "/assignments/{assignment}/edge-cases",
        {"kind": "gap", "question": "Is this a fault?"},
        (401, 404, 201, 404, 404, 404, 404),
    ),
    ("GET", "find_precedents"): ("/assignments/{assignment}/precedents", {}, OWN_ITEM),
    ("GET", "list_edge_cases"): ("/projects/{slug}/edge-cases", {}, PROJECT),
    ("GET", "read_edge_case"): ("/projects/{slug}/edge-cases/{case}", {}, PROJECT),
    ("POST", "vote_on_edge_case"): (
        "/projects/{slug}/edge-cases/{case}/vote",
        {"option": 0},
        (401, 404, 204, 204, 204, 204, 404),
    ),
    ("GET", "list_gold"): ("/projects/{slug}/gold", {}, LEADS),
    ("POST", "make_gold"): (
        "/projects/{slug}/items/{item}/gold",
        {"answers": {"overall": 4}},
        (401, 404, 403, 403, 201, 201, 404),
    ),
    ("POST", "void_gold"): ("/projects/{slug}/gold/9/void", {"reason": "Wrong"}, (401, 404, 403, 403, 404, 404, 404)),
    ("GET", "list_own_attempts"): ("/projects/{slug}/attempts/mine", {}, (401, 404, 200, 403, 403, 403, 404)),
    ("GET", "list_reviews"): ("/projects/{slug}/reviews", {}, REVIEWERS),
    ("GET", "list_own_reviews"): ("/projects/{slug}/reviews/mine", {}, (401, 404, 200, 403, 403, 403, 404)),
    ("POST", "appeal_review"): (
        "/projects/{slug}/reviews/{review}/appeal",
        {"reason": "It is a reflection"},
        (401, 404, 204, 403, 403, 403, 404),
    ),
    ("GET", "read_guideline_health"): ("/projects/{slug}/guideline/health", {}, REVIEWERS),
    ("GET", "read_calibration"): ("/projects/{slug}/calibration", {}, REVIEWERS),
    ("GET", "read_own_calibration"): ("/projects/{slug}/calibration/mine", {}, (401, 404, 200, 403, 403, 403, 404)),
    ("GET", "list_rulings"): ("/projects/{slug}/rulings", {}, PROJECT),
    ("GET", "read_openapi"): ("/openapi.json", {}, OWN),
    ("GET", "read_me"): ("/me", {}, OWN),
    ("PUT", "set_up_workbench"): (
        "/me/workbench",
        {"surround": "dark", "single_keys": True, "keep_view": False, "grayscale": False, "keys": {}},
        OWN,
    ),
    ("GET", "list_templates"): ("/templates", {}, OWN),
    ("GET", "read_template"): ("/templates/side-by-side", {}, OWN),
    ("GET", "list_tokens"): ("/tokens", {}, OWN),
    ("POST", "create_token"): ("/tokens", {"name": "notebook"}, (401, *(201,) * 6)),
    ("DELETE", "revoke_token"): ("/tokens/{token}", {}, (401, 404, 204, 404, 404, 404, 404)),
    ("GET", "list_projects"): ("/projects", {}, OWN),
    ("POST", "create_project"): (
        "/projects",
        {"organisation": "atelier", "name": "Another", "template": "side-by-side"},
        (401, 404, 403, 403, 201, 201, 403),
    ),
    ("GET", "read_project"): ("/projects/{slug}", {}, PROJECT),
    ("PATCH", "change_project_settings"): ("/projects/{slug}", {"overlap": 3}, LEADS),
    ("PUT", "change_project_state"): ("/projects/{slug}/state", {"state": "paused"}, LEADS),
    ("GET", "list_project_members"): ("/projects/{slug}/members", {}, LEADS),
    ("PUT", "set_project_role"): (
        "/projects/{slug}/members/{member}",
        {"role": "reviewer"},
        (401, 404, 403, 403, 204, 204, 404),
    ),
    ("DELETE", "end_project_role"): ("/projects/{slug}/members/{member}", {}, (401, 404, 403, 403, 204, 204, 404)),
    ("GET", "read_guideline_draft"): ("/projects/{slug}/guideline/draft", {}, LEADS),
    ("GET", "preview_impact"): ("/projects/{slug}/guideline/impact", {}, LEADS),
    ("PUT", "save_guideline_draft"): (
        "/projects/{slug}/guideline/draft",
        {"markdown": "# A", "rubric": {}},
        (401, 404, 403, 403, 422, 422, 404),
    ),
    ("GET", "list_guideline_versions"): ("/projects/{slug}/guideline/versions", {}, PROJECT),
    ("POST", "publish_guideline"): (
        "/projects/{slug}/guideline/versions",
        {"change_class": "editorial"},
        (401, 404, 403, 403, 409, 409, 404),
    ),
    ("GET", "read_guideline_version"): ("/projects/{slug}/guideline/versions/1", {}, PROJECT),
    ("GET", "read_guideline_news"): ("/projects/{slug}/guideline/news", {}, (401, 404, 200, 403, 403, 403, 404)),
    ("POST", "acknowledge_guideline"): (
        "/projects/{slug}/guideline/acknowledgement",
        {"version": 1},
        (401, 404, 204, 403, 403, 403, 404),
    ),
    ("GET", "compare_guidelines"): ("/projects/{slug}/guideline/changes", {}, LEADS),
    ("GET", "list_items"): ("/projects/{slug}/items", {}, REVIEWERS),
    ("GET", "read_item"): ("/projects/{slug}/items/{item}", {}, REVIEWERS),
    ("POST", "start_import"): ("/projects/{slug}/imports", {}, (401, *(415,) * 6)),
    ("GET", "list_imports"): ("/projects/{slug}/imports", {}, LEADS),
    ("GET", "read_import"): ("/projects/{slug}/imports/{item_import}", {}, LEADS),
    ("GET", "read_report"): ("/projects/{slug}/report", {}, REVIEWERS),
    ("POST", "export_project"): ("/projects/{slug}/exports", {"format": "jsonl"}, LEADS),
    ("GET", "open_workbench"): ("/projects/{slug}/workbench", {}, (401, 404, 200, 403, 403, 404, 404)),
    ("POST", "check_explanation"): (
        "/projects/{slug}/explanation-checks",
        {"explanation": "Six fingers."},
        (401, 404, 200, 403, 403, 404, 404),
    ),
    ("POST", "take_assignments"): ("/projects/{slug}/assignments", {"hold": 1}, (401, 404, 200, 403, 403, 404, 404)),
    ("POST", "submit_evaluation"): (
        "/assignments/{assignment}/submission",
        audit_answer(),
        (401, 404, 201, 404, 404, 404, 404),
    ),
    ("POST", "skip_assignment"): (
        "/assignments/{assignment}/skip",
        {"reason": "other", "note": ""},
        (401, 404, 200, 404, 404, 404, 404),
    ),
    ("POST", "renew_assignment"): ("/assignments/{assignment}/renewal", {}, (401, 404, 200, 404, 404, 404, 404)),
    ("POST", "revise_evaluation"): (
        "/evaluations/{evaluation}/revision",
        {"answer": audit_answer(5), "reason": "a second look"},
        (401, 404, 201, 404, 404, 404, 404),
    ),
    ("GET", "list_own_evaluations"): (
        "/projects/{slug}/evaluations/mine",
        {},
        (401, 404, 200, 403, 403, 403, 404),
    ),
    # The rows of this world have no bytes behind them: who may see an image is told "not found" by the storage.
    ("GET", "view_image"): ("/images/{image}/view", {}, (401, 404, 404, 404, 404, 404, 404)),
    ("GET", "thumbnail_image"): ("/images/{image}/thumbnail", {}, (401, 404, 404, 404, 404, 404, 404)),
    ("GET", "image_tile"): ("/images/{image}/tiles/0/0_0.jpg", {}, (401, 404, 404, 404, 404, 404, 404)),
    ("GET", "original_image"): ("/images/{image}/original", {}, (401, 404, 403, 403, 404, 404, 404)),
    ("GET", "list_organisations"): ("/organisations", {}, OWN),
    ("POST", "create_organisation"): ("/organisations", {"name": "Second"}, (401, 403, 403, 403, 403, 403, 201)),
    ("GET", "list_organisation_members"): (
        "/organisations/{organisation}/members",
        {},
        (401, 404, 403, 403, 200, 200, 403),
    ),
    ("PUT", "change_member_role"): (
        "/organisations/{organisation}/members/{member}",
        {"role": "reviewer"},
        (401, 404, 403, 403, 403, 204, 204),
    ),
    ("DELETE", "remove_member"): (
        "/organisations/{organisation}/members/{member}",
        {},
        (401, 404, 403, 403, 403, 204, 204),
    ),
    ("GET", "list_invitations"): (
        "/organisations/{organisation}/invitations",
        {},
        (401, 404, 403, 403, 200, 200, 200),
    ),
    ("POST", "invite"): (
        "/organisations/{organisation}/invitations",
        {"email": "nina@example.org", "role": "specialist"},
        (401, 404, 403, 403, 201, 201, 201),
    ),
    ("DELETE", "revoke_invitation"): (
        "/organisations/{organisation}/invitations/{invitation}",
        {},
        (401, 404, 403, 403, 204, 204, 204),
    ),
}
