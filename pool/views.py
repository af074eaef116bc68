from django.http import Http404


def announce(request, **keys):
    raise Http404


def appropriate(request, **keys):
    raise Http404


def archive(request, **keys):
    raise Http404


def clone(request, **keys):
    raise Http404


def edit_round(request, **keys):
    raise Http404


def extend(request, **keys):
    raise Http404


def move_deadline(request, **keys):
    raise Http404


def moves(request, **keys):
    raise Http404


def moves_csv(request, **keys):
    raise Http404


def new_year(request, **keys):
    raise Http404


def newest_year(request, **keys):
    raise Http404


def round(request, **keys):
    raise Http404


def rounds(request, **keys):
    raise Http404


def year(request, **keys):
    raise Http404
