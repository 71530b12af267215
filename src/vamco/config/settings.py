"""Django's settings, all derived from `vamco.config.environment`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from vamco import systems
from vamco.config.environment import database, environment, of_systems
from vamco.config.unfinished import refuse_unfinished

_env = environment()
refuse_unfinished(_env.data)
PACKAGE = Path(__file__).resolve().parents[1]


def _secret_key() -> str:
    """Give the key given, or one kept beside the data so that sessions outlive a restart."""
    if _env.secret_key is not None:
        return _env.secret_key.get_secret_value()
    path = _env.data / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(fresh)  # two processes may start at once: one key wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in _env.allowed_hosts.split(",") if host.strip()]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "vamco.kernel.base.audit",
    "vamco.kernel.base.events",
    "vamco.kernel.base.jobs",
    "vamco.kernel.base.packs",
    "vamco.kernel.base.modes",
    "vamco.kernel.world.places",
    "vamco.kernel.world.agencies",
    "vamco.kernel.world.people",
    "vamco.kernel.world.access",
    "vamco.kernel.record.files",
    "vamco.kernel.record.documents",
    "vamco.kernel.record.numbers",
    "vamco.kernel.record.search",
    "vamco.kernel.work.worktime",
    "vamco.kernel.work.notices",
    "vamco.kernel.work.forms",
    "vamco.kernel.work.cases",
    "vamco.web",
    *systems.installed(),
    *(["vamco.demo.style"] if _env.demo else []),
]

MIDDLEWARE = [
    "vamco.web.rim.Headers",
    "vamco.web.rim.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "vamco.web.rim.Uploads",  # before the first who asks for a form's fields
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "vamco.kernel.base.packs.middleware.AskedOnce",
    "vamco.web.rim.Rim",
]

ROOT_URLCONF = "vamco.config.urls"
WSGI_APPLICATION = "vamco.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "vamco.web.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "vamco.web.templatetags.web",
                "vamco.web.templatetags.forms",
            ],
        },
    },
]

DATABASES = {"default": database(_env.database_url)}
if _env.database_owner_url is not None:
    DATABASES["owner"] = database(_env.database_owner_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
LOGIN_URL = "identity:log_in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["vamco.config.hashing.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _env.https
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "vamco.web.rim.stale_form"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _env.https else None
SECURE_HSTS_SECONDS = 31_536_000 if _env.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = False  # these headers are `rim.Headers`', on every answer
SECURE_REFERRER_POLICY = None

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "vamco_language"
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "vamco.web.storage.VersionedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "vamco.web.multipart.EveryFile",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "vamco.web.spool.UploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "vamco.config.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": _env.log_level},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "pyiceberg": {"level": "WARNING"},
        "pyhanko": {"level": "CRITICAL"},  # it tells the names in the certificates of whoever has a file checked
    },
}

VAMCO_DATA = _env.data
VAMCO_IDENTITY_KEYS = _env.identity_keys
VAMCO_PACK = _env.pack
VAMCO_PACKS = PACKAGE.parents[1] / "packs"  # bases that come with the code
VAMCO_DEMO = _env.demo
VAMCO_TODAY = _env.today
VAMCO_FILES = _env.files
VAMCO_SCANNER = _env.scanner
VAMCO_FONTS = PACKAGE / "web" / "static" / "vendor" / "tinos"  # of PDF documents
VAMCO_SITE_URL = _env.site_url.rstrip("/")
VAMCO_SIGNING_PASSPHRASE = _env.signing_passphrase.get_secret_value() if _env.signing_passphrase else ""
VAMCO_TSA_URL = _env.tsa_url
VAMCO_CHANNELS = {
    name: value.get_secret_value() if value else ""
    for name, value in (("email", _env.email), ("sms", _env.sms), ("push", _env.push), ("zalo", _env.zalo))
}
globals().update({f"VAMCO_{name.upper()}": getattr(_env, name) for name in of_systems()})
