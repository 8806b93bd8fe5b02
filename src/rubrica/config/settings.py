"""Django's settings, derived from the installation's folder and a handful of environment variables.

``docs/reference/settings.md`` describes each variable; a test compares the two.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from rubrica.config.instance import open_instance
from rubrica.domain.pay_floor import read_floors

INSTANCE = open_instance(os.environ)
HOME = INSTANCE.home

SECRET_KEY = INSTANCE.secret_key
DEBUG = False

BASE_URL = os.environ.get("RUBRICA_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_base = urlsplit(BASE_URL)
HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = sorted(
    {
        *filter(None, os.environ.get("RUBRICA_ALLOWED_HOSTS", "").split(",")),
        *filter(None, [_base.hostname]),
        "127.0.0.1",
        "localhost",
        "[::1]",
    }
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    # First, so that our pages stand before those that allauth brings.
    "rubrica.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "rubrica.records",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rubrica.api.gate.ApiGate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "rubrica.web.middleware.PrivacyHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rubrica.web.middleware.TimeZoneMiddleware",
    "rubrica.web.translate.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "rubrica.config.urls"
WSGI_APPLICATION = "rubrica.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rubrica.web.context.navigation",
            ]
        },
    }
]

DATABASES = {"default": INSTANCE.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The throttle's counters must be shared by every process, so they live in the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "records_cache"}}

AUTH_USER_MODEL = "records.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# Closed from the start: on an open one anybody who knows the address makes an account.
SIGN_UP_IS_OPEN = os.environ.get("RUBRICA_SIGN_UP") == "open"
ACCOUNT_ADAPTER = "rubrica.web.account_adapter.ClosedSignUpAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Rubrica] "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key,30/15m/ip",
    "reset_password": "10/h/ip,3/h/key",
    "change_password": "10/h/user",
    "signup": "10/h/ip,3/h/key",
}

SESSION_ENGINE = "rubrica.records.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# "__Host-" binds a cookie to this host and path; browsers accept the prefix over HTTPS only.
SESSION_COOKIE_NAME = "__Host-rubrica_session" if HTTPS else "rubrica_session"
CSRF_COOKIE_NAME = "__Host-rubrica_csrf" if HTTPS else "rubrica_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rubrica.web.views.errors.csrf_failed"

SECURE_SSL_REDIRECT = HTTPS
_behind_proxy = os.environ.get("RUBRICA_BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _behind_proxy else None
# Whose failures the throttle counts: without it, behind a proxy, everybody shares one address.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _behind_proxy else 0
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if os.environ.get("RUBRICA_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["RUBRICA_SMTP_HOST"]
    EMAIL_PORT = int(os.environ.get("RUBRICA_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("RUBRICA_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("RUBRICA_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = True
    EMAIL_TIMEOUT = 10
# Without a server of mails news stays on the pages; links for signing in are printed.
SENDS_MAIL = "RUBRICA_SMTP_HOST" in os.environ
DEFAULT_FROM_EMAIL = os.environ.get("RUBRICA_FROM_EMAIL", "rubrica@localhost")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_PERMISSIONS = 0o600

INCOMING = INSTANCE.incoming
# Whether whoever enqueues a job starts a worker for it; "0" where a service runs `rubrica worker` on its own.
START_WORKERS = os.environ.get("RUBRICA_START_WORKERS", "1") != "0"

# Hosts with their ports that openings are fetched from though they are not in the public internet.
FETCH_ALLOWED = frozenset(
    (host, int(port))
    for host, _colon, port in (
        place.strip().rpartition(":")
        for place in os.environ.get("RUBRICA_FETCH_ALLOWED", "").split(",")
        if place.strip()
    )
)

# The least that an hour has to pay: "USD 12, DE EUR 13.90". Openings below are not published, or are labelled.
try:
    PAY_FLOORS = read_floors(os.environ.get("RUBRICA_PAY_FLOORS", ""))
except ValueError as error:
    _message = f"RUBRICA_PAY_FLOORS: {error}"
    raise ImproperlyConfigured(_message) from error
PAY_FLOORS_BLOCK = os.environ.get("RUBRICA_PAY_FLOORS_BLOCK", "1") != "0"

# Dictionaries of English take some 230 MB in each server process, from the first explanation that is checked.
LANGUAGE_CHECKS = os.environ.get("RUBRICA_LANGUAGE_CHECKS", "1") != "0"

# Dotted path of a class that tells which images are alike; empty for Rubrica's own.
EMBEDDER = os.environ.get("RUBRICA_EMBEDDER", "")

STATIC_URL = "/static/"
STORAGES = {
    "default": {
        "BACKEND": "rubrica.records.storage.DurableFolderStorage",
        "OPTIONS": {"location": str(INSTANCE.media)},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The package carries its static files; they are served from where they are installed, and collected nowhere.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]

# auth.W004 wants unique=True on the address; ours is unique whatever its capitals, by a constraint on Lower(email).
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Whoever scans a server for others' names is answered 400; a trace for each would bury what matters.
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}},
    "root": {"handlers": ["console"], "level": os.environ.get("RUBRICA_LOG_LEVEL", "WARNING")},
}
