from django.http import Http404


def appoint(request, **keys):
    raise Http404


def change_password(request, **keys):
    raise Http404


def close_unit(request, **keys):
    raise Http404


def committees(request, **keys):
    raise Http404


def edit_committee(request, **keys):
    raise Http404


def edit_unit(request, **keys):
    raise Http404


def end_role(request, **keys):
    raise Http404


def forgotten_password(request, **keys):
    raise Http404


def message(request, **keys):
    raise Http404


def messages(request, **keys):
    raise Http404


def move_unit(request, **keys):
    raise Http404


def my_page(request, **keys):
    raise Http404


def new_person(request, **keys):
    raise Http404


def new_unit(request, **keys):
    raise Http404


def person(request, **keys):
    raise Http404


def persons(request, **keys):
    raise Http404


def send_invitation(request, **keys):
    raise Http404


def set_password(request, **keys):
    raise Http404


def sign_in(request, **keys):
    raise Http404


def sign_out(request, **keys):
    raise Http404


def turn_person(request, **keys):
    raise Http404


def unit(request, **keys):
    raise Http404


def units(request, **keys):
    raise Http404
