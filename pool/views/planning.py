from django.http import Http404


def edit_round(request, **keys):
    raise Http404
