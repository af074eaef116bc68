from django.http import Http404


def announce(request, **keys):
    raise Http404


def move_deadline(request, **keys):
    raise Http404


def extend(request, **keys):
    raise Http404


def clone(request, **keys):
    raise Http404


def archive(request, **keys):
    raise Http404
