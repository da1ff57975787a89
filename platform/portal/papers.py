"""What an account takes away: forms as PDFs, the result as a document."""

import json

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from assessments.errors import NoRun, SubjectUnknown
from jobs.refusal import Refusal
from portal.access import account_of, private_page, sight_of
from portal.runs import shown_run
from portal.subject import seen_run
from reports.issuing import digest_of_file, issues_of, register
from reports.printing import Order, prepared
from reports.rendering import check_environment, rendered


@private_page
def annual_form(request: HttpRequest, code: str, period: str, no: str) -> HttpResponse:
    """A person's annual form as a PDF, entered into the register; for those who see that person's result."""
    sight, run, scheme = seen_run(request, code, period, no)
    sight.require_own(no, scheme.subject == "person")
    if scheme.subject != "person":
        raise Http404
    try:
        check_environment()
        job = prepared(run.unit, Order("annual", period, nos=[no], run=run.pk))
        [issue] = issues_of(job)
        content = rendered(issue.paper)
    except SubjectUnknown as error:
        raise Http404 from error
    except Refusal as refusal:
        return render(request, "portal/refusal.html", {"messages_shown": refusal.messages}, status=503)
    with transaction.atomic():
        register(job, [issue], [digest_of_file(content)], account_of(request))
    return attachment(content, issue.paper.file_name, "application/pdf")


@private_page
def result_document(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The whole result of a run, as `assess --json` writes it; not for recorders and staff."""
    sight = sight_of(account_of(request), code)
    sight.require_download()
    try:
        run = shown_run(request, sight.unit, period)
    except NoRun as error:
        raise Http404 from error
    content = json.dumps(run.result, ensure_ascii=False, indent=1) + "\n"
    name = f"{sight.unit.code}_{run.edition.scheme.code}_{period}.json"
    return attachment(content.encode(), name, "application/json")


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that the browser saves under its name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
