from django.http import Http404


def answer_questions(request, **keys):
    raise Http404


def ask_for_help(request, **keys):
    raise Http404


def attach(request, **keys):
    raise Http404


def attachment(request, **keys):
    raise Http404


def check_answers(request, **keys):
    raise Http404


def copy(request, **keys):
    raise Http404


def detach(request, **keys):
    raise Http404


def form_step(request, **keys):
    raise Http404


def my_cases(request, **keys):
    raise Http404


def new(request, **keys):
    raise Http404


def receipt(request, **keys):
    raise Http404
