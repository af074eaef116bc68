from django.http import Http404


def listed(request, **keys):
    raise Http404


def page(request, **keys):
    raise Http404
