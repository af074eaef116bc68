"""Each person reads the system in the language of their choice; strangers in the one their cookie or browser names."""

from django.conf import settings
from django.utils import translation


class PersonLanguage:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = (
            request.user.language
            if request.user.is_authenticated
            else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "da")
        )
        with translation.override(language if language in ("da", "en") else "da"):
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)
