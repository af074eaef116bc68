"""The product's own settings in a world of the tests' own: production rules, a private folder, no secrets of anybody's."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 50)
os.environ.setdefault("POOL_VAR", tempfile.mkdtemp(prefix="pool-tests-"))
os.environ.setdefault("HOST_URL", "https://puljen.naestved.example")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,puljen.naestved.example")

from config.settings import *  # noqa: F403

SECURE_SSL_REDIRECT = False  # the test client speaks http; the redirect has a test of its own
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  no collected copy
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  the static file server warns when there is none
