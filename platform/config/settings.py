"""Settings of the site. Everything that differs between machines comes from the environment."""

import datetime
import os
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from config.secrets import secret_of

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()

# The folder of the database and of all files; a fresh one is set up by the first command that needs it.
DATA_FOLDER = Path(env.str("GONGGUO_DATA", default=str(ROOT / "var"))).expanduser().resolve()
DATA_FOLDER.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("GONGGUO_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_of(DATA_FOLDER, "secret_key")
# Seals what must be readable again (citizen numbers) and what must not be (who cast a ballot).
FIELD_KEY = env.str("GONGGUO_FIELD_KEY", default="") or secret_of(DATA_FOLDER, "field_key")
ALLOWED_HOSTS = env.list("GONGGUO_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("GONGGUO_ORIGINS", default=[])

INSTALLED_APPS = [
    # First, so that the pages of its devices are there to be taken off the admin.
    "django_otp",
    "django_otp.plugins.otp_totp",
    "portal",
    "reports",
    "assessments",
    "ledger",
    "rulesets",
    "units",
    "jobs",
    "admin_interface",
    "colorfield",
    "import_export",
    "adminsortable2",
    "axes",
    "csp",
    "units.site_config.SiteConfig",
    # After the admin: of two words for the same, such as 首页, the app named first has its own.
    "simple_history",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

# No LocaleMiddleware: the site is Chinese, whatever the browser prefers.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # As soon as it is known who asks: what comes after reads rows of units.
    "units.reach.Reach",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "units.session.IdleTimeout",
    "portal.session.FirstThings",
    "simple_history.middleware.HistoryRequestMiddleware",
    # Last: it answers a sign-in that is locked out.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "units.Account"
LOGIN_URL = "portal:login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:login"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

SQLITE_OPTIONS = {
    # Measured with 8 writers: stock settings fail half of the requests, these none.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: a ledger may not lose an acknowledged commit at a power cut.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_FOLDER / 'gongguo.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
else:
    # The planner overrates what row security costs, and would compile what takes less time than compiling it.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "units.passwords.SeveralKinds"},
    {"NAME": "units.passwords.NoneOfTheLast"},
]

PASSWORDS_REMEMBERED = env.int("GONGGUO_PASSWORDS_REMEMBERED", default=3)
# After so many days another password is due; 0: never.
PASSWORD_DAYS = env.int("GONGGUO_PASSWORD_DAYS", default=0)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
FORMAT_MODULE_PATH = "config.formats"
# Sentences of Django and of packages in our own words: before theirs.
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Where the site is reached from outside, https://kaohe.example.gov.cn: QR codes on papers lead there. Empty where
# it is not: they say the paper's code alone.
PUBLIC_ADDRESS = env.str("GONGGUO_ADDRESS", default="").rstrip("/")

# A worker that is not heard of for so long has died: another one takes up its job.
JOB_LEASE_SECONDS = env.int("GONGGUO_JOB_LEASE", default=30)

STATIC_URL = "static/"
STATIC_ROOT = DATA_FOLDER / "static"
MEDIA_ROOT = DATA_FOLDER / "files"
MEDIA_URL = "files/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The server warns of a folder that is not there, at every start.
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
# Files are looked at anew for each request: one edited after the start would else be cut at its former length.
WHITENOISE_AUTOREFRESH = env.bool("GONGGUO_FRESH_STATIC", default=DEBUG)

# Whether the site is reached by https; without it (a demo on one's own machine) cookies go over plain http.
HTTPS = env.bool("GONGGUO_HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A proxy in front says how it was asked; believed only where there is one, since anybody can send these headers.
BEHIND_PROXY = env.bool("GONGGUO_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "config.proxy.RealAddress")
# admin-interface opens related records in a frame of the same site.
X_FRAME_OPTIONS = "SAMEORIGIN"
# axes.W006 asks for locks by address: an account is locked by its name from wherever it is tried.
SILENCED_SYSTEM_CHECKS = ["security.W019", "axes.W006"]
if not HTTPS:
    # Plain http is the operator's choice for one machine: what https alone could give is not asked for again.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
# A session ends so long after the last page was asked for, and with the browser.
IDLE_MINUTES = env.int("GONGGUO_IDLE_MINUTES", default=60)
SESSION_COOKIE_AGE = IDLE_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Scripts and styles come from this site's files alone. The nonce is for one element: the colours of the theme.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "units.backends.RoleBackend"]
# An account is locked by its name: colleagues behind one address don't lock each other out.
AXES_FAILURE_LIMIT = env.int("GONGGUO_SIGN_IN_ATTEMPTS", default=5)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env.int("GONGGUO_LOCK_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "portal.session.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# 三员分立: whether system, security and audit administrator must be three people without business of their own.
GONGGUO_SEPARATE_DUTIES = env.bool("GONGGUO_SEPARATE_DUTIES", default=False)

DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "add"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
TEST_RUNNER = "django.test.runner.DiscoverRunner"
# polars and WeasyPrint log of their own accord; what the product says goes to the console.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("GONGGUO_LOG", "WARNING")},
}
