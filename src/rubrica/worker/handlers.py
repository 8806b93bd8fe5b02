"""Which use case does which kind of job, and which one is told when a job has failed."""

from collections.abc import Mapping

from rubrica.usecases import (
    active_time,
    application_steps,
    attempts,
    deadlines,
    descriptors,
    engagement_access,
    engagement_steps,
    imports,
    notifications,
    opening_sources,
    processes,
    scheduled_publications,
    screening,
    screening_steps,
    time_claims,
)
from rubrica.usecases.jobs import Handler, Undertaker

HANDLERS: Mapping[str, Handler] = {
    imports.JOB_KIND: imports.run_import_job,
    descriptors.JOB_KIND: descriptors.describe_images,
    notifications.MAIL: notifications.send_mail,
    notifications.DIGEST: notifications.send_digest,
    processes.DEADLINE: deadlines.at_deadline,
    active_time.SETTLE: active_time.settle_time,
    time_claims.DECIDE_BY_SILENCE: time_claims.decide_by_silence,
    opening_sources.REFRESH: opening_sources.refresh_openings,
    attempts.SCREENED: screening.look_at_screening,
    screening_steps.PAY: screening_steps.pay_again,
    application_steps.DEADLINE: application_steps.at_deadline,
    engagement_steps.ENGAGEMENT_DEADLINE: engagement_access.at_deadline,
    engagement_access.ANSWER_TERMS: engagement_access.terms_at_deadline,
    scheduled_publications.JOB_KIND: scheduled_publications.publish_scheduled,
}
UNDERTAKERS: Mapping[str, Undertaker] = {
    imports.JOB_KIND: imports.give_import_up,
    opening_sources.REFRESH: opening_sources.refresh_was_given_up,
}
