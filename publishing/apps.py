from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self):
        from publishing import year_flow  # noqa: F401  registers who writes the yearly report
