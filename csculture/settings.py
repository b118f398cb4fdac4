"""Settings, read from the environment; a bad value stops the start with its name. The README lists every variable."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def base_url() -> str:
    url = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"BASE_URL must look like https://culture.example.org, not {url!r}")
    return url


def secret_key() -> str:
    """The given key, or one made once and kept in var/: every process of an installation must share it."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


def database() -> dict:
    config = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'csculture.sqlite3'}")
    if config["ENGINE"].endswith("sqlite3"):
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # IMMEDIATE: a writing transaction takes its lock first, so two posts of one code queue instead of failing half-way.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


def mail() -> dict:
    config = env.email_url("EMAIL_URL", default="consolemail://")
    if config["EMAIL_FILE_PATH"]:
        config["EMAIL_FILE_PATH"] = f"/{config['EMAIL_FILE_PATH']}"  # the library drops the root of filemail:///DIR
    return config


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key()
BASE_URL = base_url()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname])
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what csculture decides by ------------------------------------------------------------------------------------

# Private and MAC keys of open cycles: outside the database, the media and every backup.
BALLOT_KEY_DIR = Path(env.str("BALLOT_KEY_DIR", default=str(VAR_DIR / "ballot-keys")))
# PDF files of all reports of a cycle, until HR deletes them: for this account alone, where no web server hands out files.
REPORTS_DIR = Path(env.str("REPORTS_DIR", default=str(VAR_DIR / "reports")))
MINIMUM_GROUP = 5  # answers; the default k of a new cycle, until HR sets another
SMALLEST_GROUP = 4  # answers; no cycle may be opened with a smaller k
OWN_SPREAD_FROM = 10  # answers; below, a range comes from the organisation's pooled spread and tells nothing about the team
# Hide a unit of fewer than 10 answers in a cycle in which 1 to k-1 of its people changed: its two quarters could tell of a joiner.
STRICT_MEMBERSHIP = env.bool("STRICT_MEMBERSHIP", default=False)
TEXT_LENGTH = 500  # characters of each free text; two of them always fit into one box
TEAMS_FOR_MEDIAN = 5  # shown teams; a median of fewer says little
DRIVER_DRAWS = 500  # bootstrap samples of what goes together with good service, at close
TEXTS_FROM = 10  # people; texts are shown only where at least so many wrote one
PARTICIPATION_TARGET = 75  # percent of the invited, shown as a mark on HR's first screen, until HR sets another
LOGO_BYTES = 2 * 2**20  # of the file that HR chooses; what is kept is far smaller
ORGANISATION_KEPT = 10  # seconds; other processes follow a change of the organisation's settings within them

# --- Django -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "assessments",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "csculture.middleware.as_organised",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "csculture.urls"
WSGI_APPLICATION = "csculture.wsgi.application"

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
            ],
            "builtins": ["assessments.templatetags.figures", "assessments.templatetags.charts", "assessments.templatetags.trend"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- people and sign-in -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "assessments.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "assessments.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from HR's roster or the operator
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that nobody has
ACCOUNT_SESSION_REMEMBER = False
# A call centre sits behind one address: the limit by address is generous, the one by account is not.
ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip,5/5m/key"}

# --- language, time, mail -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")  # the organisation's, until HR sets another: days open and close by it

vars().update(mail())
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default=f"csculture <csculture@{urlsplit(BASE_URL).hostname}>")

# --- work that takes longer than a page may -----------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # `manage.py db_worker` takes it from there

# --- static files -------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files are served hashed and compressed; a checkout that has not collected them serves static/ as it is.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE if COLLECTED and not DEBUG else PLAIN_STORAGE},
}
WHITENOISE_USE_FINDERS = not COLLECTED

# --- safety -------------------------------------------------------------------------------------------------------

SECURE = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144  # bytes; a full ballot with both texts has under 10,000

# No line of the log may carry a code, an address or an answer: requests are not logged, database statements never.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "assessments": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # The development server would write a line with the time of every answer.
        "django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.db.backends": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
