from django.http import Http404


def as_text(request, **keys):
    raise Http404


def decide(request, **keys):
    raise Http404


def document(request, **keys):
    raise Http404


def edit(request, **keys):
    raise Http404


def item(request, **keys):
    raise Http404


def meeting(request, **keys):
    raise Http404


def meetings(request, **keys):
    raise Http404


def place_all(request, **keys):
    raise Http404


def plan(request, **keys):
    raise Http404


def release_all(request, **keys):
    raise Http404


def release_letter(request, **keys):
    raise Http404


def turn_item(request, **keys):
    raise Http404


def turn_meeting(request, **keys):
    raise Http404
