"""Every setting of Commons, from top to bottom, in the order of Django's own documentation.

Secure without any variable set; development switches things off by name. docs/operations.md and
.env.example list every variable that is read here.
"""

import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from wsgiref.headers import Headers

from django.db.models import FETCH_PEERS, FETCH_RAISE
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from commons.config import env, pool, queues, services

BASE_DIR = Path(__file__).resolve().parents[2]
VAR = services.var()

# Core

DEBUG = env.flag("COMMONS_DEBUG")
DEVELOPMENT = env.flag("COMMONS_DEVELOPMENT", default=services.Postgres().is_wanted())
SECRET_KEY = env.secret("SECRET_KEY", services.local_secret() if DEVELOPMENT else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
LASTING_KEY = env.secret("LASTING_KEY", services.local_secret("lasting-key") if DEVELOPMENT else None)
SOURCE_URL = env.text("SOURCE_URL", "")
SITE_NAME = env.text("SITE_NAME", "Commons")
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}" if DEVELOPMENT else None).rstrip("/")
CONTROLLER_NAME = env.text("CONTROLLER_NAME", SITE_NAME)
CONTROLLER_ADDRESS = env.text("CONTROLLER_ADDRESS", "")
CONTROLLER_CONTACT = env.text("CONTROLLER_CONTACT", f"data@{urlsplit(SITE_URL).hostname}")
DATA_LOCATION = env.text("DATA_LOCATION", "EU")
DATA_AUTHORITY = env.text("DATA_AUTHORITY", "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en")
JOINING = env.text("JOINING", "open")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEVELOPMENT else urlsplit(SITE_URL).hostname or ""
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
INTERNAL_IPS = ["127.0.0.1"]

INSTALLED_APPS = [
    "pages",
    "forum",
    "events.joining",
    "events.after",
    "events.making",
    "events",
    "notifications.bridge",
    "notifications.devices",
    "notifications",
    "members.rights",
    "members.welcome",
    "members.trust",
    "members.contact",
    "members.people",
    "members.consent",
    "members.security",
    "members",
    "commons.files",
    "commons",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "anymail",
    "django_htmx",
]

MIDDLEWARE = [
    "commons.middleware.health_checks",
    "commons.middleware.no_guesses",
    "commons.ready.ready_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "commons.middleware.security_headers",
    "commons.compression.compressed_words",
    "commons.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "commons.middleware.KeepTypedLoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "members.security.middleware.guard",
    "commons.middleware.given_back",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.trust.middleware.tell_what_happened",
    "commons.middleware.refusals",
]

if DEBUG:
    MIDDLEWARE.insert(0, "commons.timing.server_timing")

ROOT_URLCONF = "commons.config.urls"
WSGI_APPLICATION = "commons.config.wsgi.application"
X_FRAME_OPTIONS = "DENY"

# Databases

BEHIND_POOLER = env.flag("DATABASE_POOLER")

PREPARED = {"server_side_binding": True, "prepare_threshold": None if BEHIND_POOLER else 5}
"""A query that a connection asks often is planned once; a pooler gives each transaction another connection."""

SERVES_PAGES = "commons.config.wsgi" in sys.modules
STATEMENT_SECONDS = env.number("STATEMENT_SECONDS", 20) if SERVES_PAGES else 0
"""How long PostgreSQL works on one statement for a page before it gives up: nobody waits longer, and it would go on for
somebody who has gone. 0 is for as long as it takes."""

PLANNED = (
    {} if BEHIND_POOLER else {"options": f"-c enable_memoize=off -c jit=off -c statement_timeout={STATEMENT_SECONDS}s"}
)
"""A page is few rows out of many: to make room for a hundred thousand people took PostgreSQL 2 ms for each join, twenty
times as long as the query. Behind a pooler, deploy/nodes/pgbouncer.ini says the same."""


def postgres(url: str, *, patience: int = 10, **options: object) -> dict[str, object]:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    size = env.number("DATABASE_POOL", 0)
    pooled = {"pool": {"min_size": 1, "max_size": size, "timeout": patience, "check": pool.check}} if size else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_POOLER,  # a cursor needs one connection from end to end
        "OPTIONS": {**pooled, **PREPARED, **PLANNED, **options, **query},
    }


DATABASES = {"default": postgres(env.secret("DATABASE_URL", services.database_url()))}
REPLICA_URL = env.secret("REPLICA_URL", "")
DATABASE_ROUTERS = ["commons.replicas.Router"] if REPLICA_URL else []
if REPLICA_URL:
    DATABASES["replica"] = postgres(REPLICA_URL, patience=1, connect_timeout=2, tcp_user_timeout=2000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FETCH_MODE = FETCH_RAISE if DEVELOPMENT else FETCH_PEERS

# Cache and broker: losing them slows the site and never stops it

REDIS_URL = env.secret("REDIS_URL", services.redis_url())
REDIS_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
CACHES = {
    "default": {
        "BACKEND": "commons.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "commons",
        "OPTIONS": REDIS_OPTIONS,
    },
    "template_fragments": {
        "BACKEND": f"django.core.cache.backends.{'dummy.DummyCache' if DEBUG else 'locmem.LocMemCache'}",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
"""What stands on every page in the same words is rendered once by each process, in each language."""
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in queues.PRIORITIES}
CELERY_TASK_DEFAULT_QUEUE = queues.DEFAULT
CELERY_TASK_ROUTES = [queues.route]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 1, "socket_timeout": 5}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"

# Email

DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <commons@{urlsplit(SITE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_HOST = env.text("EMAIL_HOST", "")
MAIL_FOLDER = VAR / "mail" if DEVELOPMENT and not MAIL_HOST else None
MAIL_SERVICE = env.text("MAIL_SERVICE", "")  # a service that django-anymail knows, such as "postmark"; else SMTP
MAILERS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "commons.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST or "localhost",
            "port": env.number("EMAIL_PORT", 587),
            "username": env.text("EMAIL_USER", ""),
            "password": env.secret("EMAIL_PASSWORD", ""),
            "use_tls": env.flag("EMAIL_TLS", default=True),
            "timeout": 10,
        },
    },
}
if MAIL_SERVICE:
    MAILERS["default"] = {"BACKEND": f"anymail.backends.{MAIL_SERVICE}.EmailBackend"}
elif MAIL_FOLDER:
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(MAIL_FOLDER)},
    }
ANYMAIL = {**env.table("MAIL_SERVICE_OPTIONS"), "WEBHOOK_SECRET": env.secret("MAIL_WEBHOOK_SECRET", "") or None}

# Letters that come in: answers, new threads, returned letters. Without a domain none are taken in.

MAIL_DOMAIN = env.text("MAIL_DOMAIN", "in.commons.localhost" if DEVELOPMENT else "").lower()
MAIL_AUTHENTICATOR = env.text("MAIL_AUTHENTICATOR", "")  # whose Authentication-Results are believed (RFC 8601)

# Other servers: commons/net.py is the only door

LOOPBACK_ALLOWED = env.flag("LOOPBACK_ALLOWED")
if LOOPBACK_ALLOWED and not (DEBUG or DEVELOPMENT):
    msg = "LOOPBACK_ALLOWED is for development. Without it nothing that people type leads into this machine."
    raise env.WrongSetting(msg)

# Forms and uploads

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "commons.files.uploads.BoundedUploadHandler",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data rights: copies of what is held about people, and the list of those whom a restore must forget again

EXPORT_ROOT = Path(env.text("EXPORT_ROOT", str(VAR / "exports")))
ERASURE_LOG = Path(env.text("ERASURE_LOG", str(VAR / "erasures.log")))

# Globalization

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en")
LANGUAGES = [("en", _("English"))]  # a language comes in when its words are there; half a translation is none
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["commons.formats"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_TZ = True

# Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "commons.logs.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if DEVELOPMENT else "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "mail.log": {"handlers": [], "level": "WARNING", "propagate": True},  # aiosmtpd names every client
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}

# Pages for visitors that are made once; off only to measure what making them costs

READY_PAGES = env.flag("READY_PAGES", default=True)

# Limits: commons/ratelimit.py is the table; off only for load tests

RATE_LIMITS = env.flag("RATE_LIMITS", default=True)

# Security

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "worker-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEVELOPMENT
SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pages.views.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "members.security.sessions"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # idle; members/security/enums.py says when a session in use ends

# Templates

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.context_processors.site",
            ],
            "builtins": ["commons.templatetags.icons"],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "commons.jinja.environment"},
    },
]

# Auth: members.Member from the first migration on; allauth carries the flows

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "members.security.passwords.NotOurNameValidator"},
    {"NAME": "members.security.passwords.NotSoonGuessedValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:home"
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
ACCOUNT_ADAPTER = "members.security.adapter.AccountAdapter"
ACCOUNT_FORMS = {"request_login_code": "members.security.forms.RequestCode"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # joining shows no password; whoever sets one later may use it
ACCOUNT_SIGNUP_REDIRECT_URL = "welcome:start"
ACCOUNT_SIGNUP_FORM_CLASS = "members.forms.SignupDetails"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USER_DISPLAY = str  # the name that others see
ACCOUNT_USERNAME_VALIDATORS = "members.validators.username_validators"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = RATE_LIMITS and {
    "login": "6/m/ip,30/h/ip",
    "login_failed": "6/m/ip,5/5m/key",
    "signup": "20/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "request_login_code": "20/h/ip,3/5m/key",
}

# Second factors: passkeys, codes of an app, recovery codes; asked of whoever has a task with power

SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=not DEVELOPMENT)
MFA_ADAPTER = "members.security.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = RATE_LIMITS and {"webauthn_login": "30/m/ip"}

# Static files, and the files that people give

MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR / "media")))  # no address leads there but a view


def files_storage(kind: str, *, disk: dict[str, object] | None = None, folder: str = "") -> dict[str, object]:
    """On the disk, below MEDIA_ROOT unless `disk` says where, or in a folder of a bucket that only the site reads."""
    if kind == "disk":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": disk or {}}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT", "") or None,
            "region_name": env.text("S3_REGION", "") or None,
            "access_key": env.secret("S3_ACCESS_KEY", "") or None,
            "secret_key": env.secret("S3_SECRET_KEY", "") or None,
            "default_acl": None,
            "location": folder,
        },
    }


FILES_STORAGE = env.text("FILES_STORAGE", "disk")
EXPORTS_ON_DISK: dict[str, object] = {
    "location": str(EXPORT_ROOT),
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR / "static" if DEVELOPMENT else BASE_DIR / "staticfiles")))
STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage" if DEVELOPMENT else "commons.assets.HashedStaticFiles"
)
STORAGES = {
    "default": files_storage(FILES_STORAGE),
    "files": files_storage(FILES_STORAGE),
    "exports": files_storage(FILES_STORAGE, disk=EXPORTS_ON_DISK, folder="exports"),
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False


def WHITENOISE_ADD_HEADERS_FUNCTION(headers: Headers, _path: str, _url: str) -> None:  # noqa: N802 (WhiteNoise's name for it)
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
