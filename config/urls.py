"""All addresses. Danish words in kebab-case; every view declares whom it opens to."""

from django.conf import settings
from django.urls import include, path

from config import views
from people.views import mine

urlpatterns = [
    path("", views.home, name="home"),
    path("om/", views.about, name="about"),
    path("was", views.accessibility_statement, name="was"),
    path("sundhed/", views.health_report, name="health"),
    path("metrics", views.metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("security.txt", views.old_security_txt, name="old-security-txt"),
    path("sikkerhed/", views.security_policy, name="security-policy"),
    path("privatliv/", views.privacy, name="privacy"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sprog/", mine.choose_language, name="set_language"),
    path("", include("people.urls")),
    path("", include("climate.urls")),
    path("", include("pool.urls")),
    path("", include("publishing.urls")),
    path("", include("publishing.open_data.urls")),
    path("", include("applications.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]
handler400, handler403, handler404, handler500 = (f"config.errors.error_{code}" for code in (400, 403, 404, 500))
