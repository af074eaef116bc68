from django.http import HttpResponse


def home(request):
    return HttpResponse("")


accessibility_statement = health = home


def error_400(request, exception=None):
    return HttpResponse(status=400)


def error_403(request, exception=None):
    return HttpResponse(status=403)


def error_404(request, exception=None):
    return HttpResponse(status=404)


def error_500(request):
    return HttpResponse(status=500)
