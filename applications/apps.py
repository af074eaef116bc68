from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self):
        from applications import (
            letters,  # noqa: F401  registers who writes which document
            papers,  # noqa: F401  the same
            pool_questions,
            report_reading,  # noqa: F401  the same
            transfer_orders,  # noqa: F401  the same
        )
        from pool import cases

        cases.answered_by(pool_questions)
