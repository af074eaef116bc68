"""The parts of a page as template tags: each renders one file of templates/components/ (docs/components.md).

Knows how things look and how Danes write amounts and dates; refuses to know any case, person or pool.
Forms, errors and rows of a formset have their tags in ui_forms.py.
"""

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext

from config.templatetags import ui_tables
from pages.money import format_kroner
from pages.readability import lix

register = template.Library()
# columns of a table that fit a screen of 390 px
FIT_A_PHONE = 3
TONES = {"neutral", "info", "success", "warning", "error"}
NOTHING = "–"


def part(name, /, **values):
    return render_to_string(f"components/{name}.html", values)


def tone_class(tone):
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone}")
    return tone


# ---- words, amounts, dates ----


@register.filter
def money(ore):
    """«12.345 kr.» from whole øre; a dash when there is no amount."""
    return NOTHING if ore is None or ore == "" else format_kroner(ore)


@register.simple_tag(name="money")
def money_tag(ore):
    return format_html('<span class="money">{}</span>', money(ore))


def day_words(day):
    return date_format(day, pgettext("date format", "j. F Y"))


def moment_words(moment):
    return date_format(moment, pgettext("date and time format", r"j. F Y \k\l. H.i"))


def in_our_time(moment):
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


@register.filter
def danish_date(day):
    """«3. februar 2026» from a date or a datetime."""
    if not day:
        return NOTHING
    return day_words(in_our_time(day) if hasattr(day, "hour") else day)


@register.filter
def danish_time(moment):
    """«3. februar 2026 kl. 18.30» in Copenhagen time."""
    return moment_words(in_our_time(moment)) if moment else NOTHING


@register.simple_tag(name="danish_date")
def danish_date_tag(day):
    if not day:
        return NOTHING
    iso = (in_our_time(day).date() if hasattr(day, "hour") else day).isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, danish_date(day))


@register.simple_tag(name="danish_time")
def danish_time_tag(moment):
    if not moment:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), danish_time(moment))


@register.simple_tag
def badge(text, tone="neutral"):
    """A state as a small coloured tag; the text alone must say it, the tone only helps."""
    return format_html('<span class="badge badge-{}">{}</span>', tone_class(tone), text) if text else ""


@register.simple_tag
def icon(name, label=""):
    """An icon of the sprite (frontend/build.mjs lists them). Without label it is decoration."""
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon-svg" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>', label, address
        )
    return format_html('<svg class="icon-svg" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', address)


# ---- parts ----


@register.simple_tag
def page_header(title, caption="", lead="", badge="", tone="neutral"):
    return part("page_header", title=title, caption=caption, lead=lead, badge=badge, tone=tone)


@register.simple_tag
def crumb(label, url="", first=False):
    return part("crumb", label=label, url=url, first=first)


@register.simple_block_tag
def card(content, title="", level=2, href="", tone="", id=""):
    return part("card", content=content, title=title, level=level, href=href, tone=tone, id=id)


@register.simple_block_tag
def notice(content, tone="info", title=""):
    return part("notice", content=content, tone=tone_class(tone), title=title)


@register.simple_block_tag
def facts(content):
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content, label):
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, content)


@register.simple_block_tag
def table(content, caption, hide_caption=False, cards=False):
    """A table with its caption. With more than three columns, or `cards`, each row is a card on a phone (ui_tables)."""
    is_wide = cards or ui_tables.columns(content) > FIT_A_PHONE
    content = ui_tables.with_names(content) if is_wide else content
    return part("table", content=content, caption=caption, hide_caption=hide_caption, is_wide=is_wide)


@register.simple_tag(takes_context=True)
def column(context, label, numeric=False, sort="", default=False):
    """A column's head. With `sort` it is a link that keeps the rest of the query and turns on a second press."""
    now = ""
    address = ""
    if sort:
        query = context["request"].GET.copy()
        chosen = query.get("sort", sort if default else "")
        now = {sort: "ascending", f"-{sort}": "descending"}.get(chosen, "")
        query["sort"] = f"-{sort}" if now == "ascending" else sort
        query.pop("page", None)
        address = f"?{query.urlencode()}"
    return part("column", label=label, numeric=numeric, address=address, now=now)


@register.simple_tag
def button(label, href="", kind="primary", icon="", name="", value="", formaction="", small=False):
    """A submit button, or a link that looks like one when `href` is given."""
    return part(
        "button", label=label, href=href, kind=kind, icon=icon, name=name, value=value, formaction=formaction, small=small
    )


@register.simple_block_tag
def actions(content):
    return format_html('<div class="actions">{}</div>', content)


@register.simple_tag
def stat(label, value, href="", hint="", tone="neutral"):
    return part("stat", label=label, value=value, href=href, hint=hint, tone=tone_class(tone))


@register.simple_tag
def timeline(entries):
    return part("timeline", entries=entries)


@register.simple_tag
def steps(items):
    items = list(items)
    place = next((at for at, item in enumerate(items, 1) if _of(item, "state") == "current"), 0)
    return part("steps", items=items, place=place)


def _of(item, name):
    return item.get(name) if isinstance(item, dict) else getattr(item, name, None)


@register.simple_tag
def tabs(items, label):
    return part("tabs", items=items, label=label)


@register.simple_block_tag(takes_context=True)
def filters(context, content, submit="", label=""):
    request = context.get("request")
    return part(
        "filters", content=content, submit=submit, label=label, clear=request.path if request and request.GET else ""
    )


@register.simple_tag(takes_context=True)
def pager(context, page):
    """Previous and next for a Django `Page`; nothing when all fits on one."""
    if not page.has_other_pages():
        return ""
    query = context["request"].GET.copy()
    query.pop("page", None)
    rest = f"&{query.urlencode()}" if query else ""
    return part("pager", page=page, rest=rest)


@register.simple_tag
def empty(title, text="", href="", label=""):
    return part("empty", title=title, text=text, href=href, label=label)


@register.simple_tag
def copy_text(text, label, rows=8):
    # the id must be the same for the same page, so it comes from the label and not from chance
    return part("copy_text", text=text, label=label, rows=rows)


@register.simple_tag
def chart(chart):
    """A `documents.charts.Chart`: the picture, and its numbers in a table beside it."""
    return part("chart", chart=chart, numbers=chart.table)


@register.simple_tag(name="map")
def map_tag(points, label, many=gettext_lazy("0 projekter")):
    """A map of the GeoJSON at an address of ours, below a list of the same. The head: components/map_head.html."""
    return part("map", points=points, label=label, many=many)


@register.simple_tag
def readability(text):
    """How hard a Danish text is to read, for who writes it: LIX, its band and what would help."""
    return part("readability", found=lix(text or ""))
