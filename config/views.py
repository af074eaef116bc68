"""The front page, and what every public site must have: accessibility statement, health, robots, who to tell of a hole."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications import erasure_pages
from applications.retention_rules import KEPT
from config import figures, front, health
from journal import clock
from pages.access import EVERYBODY, opens_to

PLAIN = "text/plain; charset=utf-8"
SECURITY_TXT_LASTS = timedelta(days=365)


@opens_to(EVERYBODY)
@require_safe
def home(request):
    """For a stranger what the pool is; for a person what waits for them."""
    if not request.user.is_authenticated:
        return about(request)
    apply = front.may_apply(request.user)
    context = {"own": front.own_front(request.user), "pool": front.pool_facts() if apply else None}
    return render(request, "own_front.html", context)


@opens_to(EVERYBODY)
@require_safe
def about(request):
    return render(request, "home.html", {"pool": front.pool_facts()})


@opens_to(EVERYBODY)
@require_safe
def accessibility_statement(request):
    """Leads to the official declaration; until it exists, says so and says the same ourselves."""
    if settings.WAS_STATEMENT_URL:
        return redirect(settings.WAS_STATEMENT_URL)
    return render(request, "was.html")


@opens_to(EVERYBODY)
@require_safe
def health_report(request):
    well, words = health.report()
    return JsonResponse(words, status=200 if well else 503)


@opens_to(EVERYBODY)
@require_safe
def metrics(request):
    """For Prometheus, with its token; for everybody else there is no such page."""
    if not figures.may_read(request):
        raise Http404
    return HttpResponse(figures.text(), content_type=figures.CONTENT_TYPE)


@opens_to(EVERYBODY)
@require_safe
def robots(request):
    """Search engines find what is published, and nothing that is for people with an errand."""
    open_to_all = ("/resultater/", "/data/", "/om/", "/was", "/static/")
    lines = ["User-agent: *", *(f"Allow: {path}" for path in open_to_all), "Disallow: /"]
    return HttpResponse("\n".join([*lines, f"Sitemap: {settings.HOST_URL}/sitemap.xml", ""]), content_type=PLAIN)


@opens_to(EVERYBODY)
@require_safe
def security_txt(request):
    """RFC 9116: who to tell of a hole."""
    ends = datetime.combine(clock.today() + SECURITY_TXT_LASTS, time(), UTC)
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: da, en",
        f"Canonical: {settings.HOST_URL}{reverse('security-txt')}",
        f"Policy: {settings.SECURITY_POLICY_URL or settings.HOST_URL + reverse('security-policy')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@opens_to(EVERYBODY)
@require_safe
def old_security_txt(request):
    """Where it was looked for before RFC 9116 gave it its place."""
    return redirect("security-txt", permanent=True)


@opens_to(EVERYBODY)
@require_safe
def security_policy(request):
    """What who finds a hole may do, and may expect of us."""
    return render(request, "security_policy.html", {"contact": settings.SECURITY_CONTACT})


@opens_to(EVERYBODY)
@require_safe
def privacy(request):
    """Art. 13: who keeps what, why, for how long, and what one may ask for."""
    context = {"lines": erasure_pages.lines(), "kept": KEPT, "contact": settings.DATA_PROTECTION_CONTACT}
    return render(request, "privacy.html", context)


@opens_to(EVERYBODY)
@require_safe
def favicon(request):
    return redirect(static("img/leaf.svg"))
