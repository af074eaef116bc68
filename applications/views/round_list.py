from django.http import Http404


def approve_all(request, **keys):
    raise Http404


def csv(request, **keys):
    raise Http404


def declare_all(request, **keys):
    raise Http404


def page(request, **keys):
    raise Http404


def waiting(request, **keys):
    raise Http404


def xlsx(request, **keys):
    raise Http404
