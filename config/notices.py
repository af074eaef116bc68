"""A notice for the next page travels in a cookie that only this host can set; one too long for it, in the session."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookie(CookieStorage):
    @property
    def cookie_name(self):
        return settings.NOTICE_COOKIE_NAME


class Notices(FallbackStorage):
    storage_classes = (HostCookie, SessionStorage)
