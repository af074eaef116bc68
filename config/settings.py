"""All settings, from the environment. Production is the default and refuses to start without its secrets.

POOL_DEMO=1 (set by `make run`) is a first look: SQLite, a broker in a folder, mails in a folder,
and the app behind the demo page. Nothing else hangs on it. Headers, cookies and throttles: config/security.py.
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from config.security import *

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("POOL_VAR", default=str(BASE_DIR / "var")))
DEMO = env.bool("POOL_DEMO", default=False)
DEBUG = False

SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
HOST_URL = env("HOST_URL", default="http://127.0.0.1:8000" if DEMO else "")
CSRF_TRUSTED_ORIGINS = [HOST_URL] if HOST_URL.startswith("https://") else []

if DEMO:  # plain http on the loopback: neither redirect nor secure cookies
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
    SECURE_HSTS_SECONDS = 0
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, BROWSER_COOKIE_NAME = "pool-session", "pool-csrf", "pool-browser"
    LANGUAGE_COOKIE_NAME, NOTICE_COOKIE_NAME = "pool-language", "pool-notice"
    BEHIND_PROXY = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_fsm",
    "crispy_forms",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "pages",
    "journal",
    "people",
    "documents",
    "climate",
    "pool",
    "questionnaires",
    "applications",
    "publishing",
]
if DEMO:
    INSTALLED_APPS += ["demo"]

MIDDLEWARE = [
    "config.figures.CountsRequests",
    # first, so that redirects, files and errors carry them too
    "config.security_headers.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.null_bytes.NoNullBytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # before sessions: what everybody may see is made for nobody
    "publishing.visitors.Visitors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.session_life.SessionLife",
    "people.language.PersonLanguage",
    "people.second_factor.SecondFactor",
    "pages.access.ClosedUnlessOpened",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ],
            # the parts of a page, in every template without a load tag (docs/components.md)
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "crispy_forms.templatetags.crispy_forms_filters",
                "crispy_forms.templatetags.crispy_forms_tags",
                "config.templatetags.ui",
                "config.templatetags.ui_forms",
            ],
            "libraries": {"ui": "config.templatetags.ui", "ui_forms": "config.templatetags.ui_forms"},
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "dkfds"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'pool.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # compiling our small queries would cost more than running them
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=3s -c jit=off"
# each process keeps its own: what must hold between processes is in the database
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": LOCAL},
    "visitors": {"BACKEND": LOCAL, "LOCATION": "visitors", "OPTIONS": {"MAX_ENTRIES": 500}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
SECOND_FACTOR_URL = "people:second-factor"
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "people:sign-in", "home", "home"

# The municipality's own sign-in (OpenID Connect): all three or none. Which groups give which roles: people.directory.
OIDC_ISSUER = env("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env("OIDC_CLIENT_ID", default=""), env("OIDC_CLIENT_SECRET", default="")
OIDC_ROLES = env("OIDC_ROLES", default="")
if 0 < len([part for part in (OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET) if part]) < 3:
    raise ImproperlyConfigured("Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none of them.")
if OIDC_ISSUER and not OIDC_ISSUER.startswith(("https://", "http://127.0.0.1:")):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https://")

LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = USE_I18N = True
USE_THOUSAND_SEPARATOR = True  # so that «1.200» is read; an id in a page is written with stringformat

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "files"  # never served by the web server: every file leaves through a page that asks who wants it
FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
BUCKET = {
    "BACKEND": "documents.bucket.PrivateBucket",
    "OPTIONS": {
        "bucket": env("POOL_FILES_S3_BUCKET", default=""),
        "endpoint": env("POOL_FILES_S3_ENDPOINT", default=""),
        "region": env("POOL_FILES_S3_REGION", default="us-east-1"),
        "key": env("POOL_FILES_S3_KEY", default=""),
        "secret": env("POOL_FILES_S3_SECRET", default=""),
    },
}
STORAGES = {
    "default": BUCKET if BUCKET["OPTIONS"]["bucket"] else FOLDER,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker" / "control"),
        "store_processed": False,
    }
    for folder in (VAR / "broker", VAR / "broker" / "control"):
        folder.mkdir(parents=True, exist_ok=True)
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # one form of a line in all three roles
# of all beats one acts, while it holds the lease; a killed one is replaced when its lease has run out (config/beat.py)
CELERY_BEAT_SCHEDULER = "config.beat.OneActs"
BEAT_LEASE = timedelta(seconds=env.int("BEAT_LEASE_SECONDS", default=30))
CELERY_BEAT_MAX_LOOP_INTERVAL = BEAT_LEASE.total_seconds() / 4
CELERY_TASK_PUBLISH_RETRY = False  # a dead broker must not hold up a person: the beat finds what is owed
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **globals().get("CELERY_BROKER_TRANSPORT_OPTIONS", {}),
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    # one try and one more, a second at the most: a person waits meanwhile
    "max_retries": 1,
    "interval_start": 0,
    "connect_retries_timeout": 1,
}

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_FILE_PATH = VAR / "mails"
if DEMO:
    EMAIL_BACKEND = "demo.mail_folder.MailFolder"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="baeredygtighedspuljen@naestved.example")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2]

MUNICIPALITY = {
    "name": "Næstved Kommune",
    "unit": "Ressource City",
    "address": "Teatergade 8, 4700 Næstved",
    "phone": env("POOL_PHONE", default="5588 5588"),
    "email": DEFAULT_FROM_EMAIL,
}
# Open data (docs/open-data.md): the publisher's prefix must be registered with 360Giving before the ids are told to others;
# the organisation is the municipality's CVR number in org-id.guide's form; the code is its own in Statistics Denmark's list.
OPEN_DATA = {
    "prefix": env("OPEN_DATA_PREFIX", default="naestved"),
    "organisation": env("OPEN_DATA_ORGANISATION", default="DK-CVR-29189625"),
    "municipality_code": env("OPEN_DATA_MUNICIPALITY_CODE", default="0370"),
    "licence": env("OPEN_DATA_LICENCE", default="CC BY 4.0"),
    "licence_url": env("OPEN_DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/"),
    "credit": env("OPEN_DATA_CREDIT", default="Kilde: Næstved Kommune, bæredygtighedspuljen"),
}
# The official accessibility declaration, made in WAS-Tool by the municipality; until then /was says its own.
WAS_STATEMENT_URL = env("WAS_STATEMENT_URL", default="")
SECURITY_CONTACT = env("SECURITY_CONTACT", default=DEFAULT_FROM_EMAIL)
# what /.well-known/security.txt names as the policy; empty: our own page /sikkerhed/
SECURITY_POLICY_URL = env("SECURITY_POLICY_URL", default="")
# the municipality's data protection officer, on the privacy notice
DATA_PROTECTION_CONTACT = env("DATA_PROTECTION_CONTACT", default=DEFAULT_FROM_EMAIL)
# clamd: the path of its socket, or host:port on the loopback. Production refuses to start without (documents/scanner.py)
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
# /sundhed/ turns red when a mail or a document has been owed for longer
OWED_IS_LATE = timedelta(minutes=env.int("OWED_IS_LATE_MINUTES", default=15))
# /metrics answers who knows this, and nobody without it (config/figures.py)
METRICS_TOKEN = env("METRICS_TOKEN", default="")
# Days before a meeting; local standing orders decide, so they are settings (domain guide 2.3).
AGENDA_DRAFT_DAYS = env.int("AGENDA_DRAFT_DAYS", default=12)
AGENDA_CHAIR_DAYS = env.int("AGENDA_CHAIR_DAYS", default=7)
AGENDA_PUBLICATION_DAYS = env.int("AGENDA_PUBLICATION_DAYS", default=5)
# How the finance system writes an account, and what it is called there (pool/account_strings.py). Other forms are
# taken too, with a word of doubt.
ACCOUNT_LABEL = env("POOL_ACCOUNT_LABEL", default="Kontostreng")
ACCOUNT_PATTERN = env("POOL_ACCOUNT_PATTERN", default=r"\d{2}\.\d{2}\.\d{2}(?:[.-]\d{1,10})*")
# Form of a case number in the records system: KLE subject, facet, running number, year (domain guide 2.5).
KLE_NUMBER = env("KLE_NUMBER", default="00.30.10")
KLE_FACET = env("KLE_FACET", default="Ø34")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.log_line.LogLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        # these would write the addresses, codes and keys of who signs in; our own say what is needed
        "axes": {"level": "ERROR"},
        "authlib": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "people": {"level": "INFO"},  # who came in, by number
    },
}
