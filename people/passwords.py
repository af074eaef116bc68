"""Words that everybody here would guess: a password that is little else is refused (docs/security.md lists them)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "adgangskode", "ansoeger", "ansoegning", "ansøger", "ansøgning", "baeredygtig", "boernehave", "byraad", "byråd",
    "bæredygtig", "børnehave", "hedspuljen", "institution", "klima", "kodeord", "kommune", "konsulent", "naestved",
    "næstved", "password", "pulje", "ressource", "resourcecity", "velkommen",
)  # fmt: skip
LEAST = 8  # letters and digits that must be left without them


class NoWordsOfTheHouse:
    def validate(self, password, user=None):
        rest = password.casefold()
        for word in WORDS:
            rest = rest.replace(word, " ")
        if rest != password.casefold() and sum(sign.isalnum() for sign in rest) < LEAST:
            raise ValidationError(self.get_help_text(), code="password_of_the_house")

    def get_help_text(self):
        return _("Adgangskoden består mest af ord, som alle her ville gætte. Brug andre ord.")
