from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from people import (
            demo_guard,  # noqa: F401  registers its check
            directory,
            session_life,
        )

        directory.mapping()  # refuses to start with roles by group that nobody can read
        user_logged_in.connect(session_life.begin, dispatch_uid="session life")
