from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self):
        from applications import (
            papers,  # noqa: F401  registers who writes which document
            pool_questions,
        )
        from pool import cases

        cases.answered_by(pool_questions)
