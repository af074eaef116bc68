from django.http import Http404


def ask_hearing(request, **keys):
    raise Http404


def declare(request, **keys):
    raise Http404


def gates(request, **keys):
    raise Http404


def log_help(request, **keys):
    raise Http404


def scores(request, **keys):
    raise Http404


def settle(request, **keys):
    raise Http404


def state_hearing(request, **keys):
    raise Http404


def write_note(request, **keys):
    raise Http404


def assessing_context(request, case):
    return {}
