"""Django's settings: reads the environment, writes and connects to nothing."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from inboxhub.keys import var_folder

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- What the operator says (README, "Configuration") ---------------------------------

VAR = var_folder()
# Empty for tools that only read the settings (mypy): Django refuses to run with it.
SECRET_KEY = env.str("SECRET_KEY", "")
INBOXHUB_KEYS = env.str("INBOXHUB_KEYS", "")
# The one public address: callbacks, allowed hosts and origins come from it.
INBOXHUB_URL = env.str("INBOXHUB_URL", "").rstrip("/") or "http://localhost:8000"
INBOXHUB_SIGNUP = env.str("INBOXHUB_SIGNUP", "") or "first"
INBOXHUB_PRIVATE_HOSTS = env.list("INBOXHUB_PRIVATE_HOSTS", default=[])
INBOXHUB_CA_FILE = env.str("INBOXHUB_CA_FILE", "")
MIXI_CLIENT_ID = env.str("MIXI_CLIENT_ID", "")
MIXI_CLIENT_SECRET = env.str("MIXI_CLIENT_SECRET", "")
MIXI_API_URL = (
    env.str("MIXI_API_URL", "").rstrip("/") or "https://api.mixi-platform.com/2"
)
MIXI_AUTHORIZE_URL = (
    env.str("MIXI_AUTHORIZE_URL", "") or "https://mixi.jp/connect_authorize.pl"
)
MIXI_TOKEN_URL = (
    env.str("MIXI_TOKEN_URL", "") or "https://secure.mixi-platform.com/2/token"
)
REDIS_URL = env.str("REDIS_URL", "")
INBOXHUB_STREAM_PING = env.float("INBOXHUB_STREAM_PING", 45.0)
INBOXHUB_MEDIA_PROXY = env.bool("INBOXHUB_MEDIA_PROXY", True)
INBOXHUB_LOG_LEVEL = env.str("INBOXHUB_LOG_LEVEL", "") or "INFO"
INBOXHUB_LOG_JSON = env.bool("INBOXHUB_LOG_JSON", False)

_address = urlsplit(INBOXHUB_URL)
_secure = _address.scheme == "https"
# As browsers write it: another spelling of the same address would be sent on for ever.
_host = _address.netloc.lower().removesuffix(":443" if _secure else ":80")
INBOXHUB_URL = _address._replace(netloc=_host).geturl()

# --- Django ---------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = [_address.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "inboxhub.urls"
ASGI_APPLICATION = "inboxhub.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "channels",
    "csp",
    "inboxhub",
    "accounts",
    "accounts.providers.misskey",
    "accounts.providers.mastodon",
    "accounts.providers.mixi",
    "messaging",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Fifty rows are a twentieth of their size. Django masks its CSRF token anew in each
    # answer and pads compressed ones, so that guessing at secrets gains nothing.
    "django.middleware.gzip.GZipMiddleware",
    "inboxhub.middleware.canonical_address",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "inboxhub.middleware.sign_in_outside_fragments",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "inboxhub.middleware.personal_time_zone",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "messaging.views.frame.frame",
            ],
        },
    },
]

# IMMEDIATE: a read that turns into a write would otherwise fail with "database is
# locked" at once, whatever the timeout (docs/architecture.md, "The database").
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;"
    ),
}
DATABASES = {
    "default": env.db_url("DATABASE_URL", f"sqlite:///{VAR / 'inboxhub.sqlite3'}"),
}
if not DATABASES["default"].get("ENGINE"):
    raise ImproperlyConfigured(
        "DATABASE_URL names no database; give one as sqlite:////srv/inboxhub.sqlite3",
    )
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = _SQLITE

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 1000},
    },
}
if REDIS_URL:
    # The other Redis layer of the library closes sockets that were silent for seconds.
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "inboxhub"},
        },
    }
    CACHES = {
        "default": {
            "BACKEND": "inboxhub.lib.shared_cache.SharedCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "inboxhub",
            "OPTIONS": {"socket_connect_timeout": 1.0, "socket_timeout": 1.0},
        },
    }

# --- Signing in (django-allauth) ------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_ADAPTER = "accounts.adapter.LinkAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "accounts.adapter.MfaAdapter"

# TLS ends at a proxy in front of us, whose word on the visitor is then taken.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _secure else 0
# Where the proxy does not say that it was https, forms work all the same.
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_host}"]
SESSION_ENGINE = "inboxhub.lib.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
if _secure:  # a neighbour under the same domain cannot set a cookie of such a name
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# A selection of 10,000 ids must fit; a 10 MB form must not.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- Languages, time, static files ----------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "inboxhub.static_files.ModuleStorage"},
}
WHITENOISE_MAX_AGE = 300

# --- Logs -----------------------------------------------------------------------------

_levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
if INBOXHUB_LOG_LEVEL not in _levels:
    raise ImproperlyConfigured(f"INBOXHUB_LOG_LEVEL is none of {', '.join(_levels)}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"()": "inboxhub.lib.logs.ConsoleFormatter"},
        "json": {"()": "inboxhub.lib.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if INBOXHUB_LOG_JSON else "console",
        },
    },
    "root": {"handlers": ["stderr"], "level": INBOXHUB_LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # One line of the request says it; a traceback for each would fill the disk.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "daphne": {"level": "WARNING"},
        # Their warnings show whole addresses (see inboxhub/lib/http). Named one by one:
        # an entry for "urllib3" would reset what is set there.
        "urllib3.connection": {"level": "ERROR"},
        "urllib3.connectionpool": {"level": "ERROR"},
    },
}
