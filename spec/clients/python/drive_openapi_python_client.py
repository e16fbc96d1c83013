"""The client of openapi-python-client."""

from connection import pages, total_pages
from driver import known, run
from openapi_client import Client
from openapi_client.api.carriers import preview_carrier
from openapi_client.api.documents import get_document
from openapi_client.api.monitoring import carriers_changes, monitored_carrier_data, monitored_carriers
from openapi_client.api.token import request_token
from openapi_client.models import TokenRequest
from openapi_client.types import Unset


def client(http):
    return Client(base_url=str(http.base_url)).set_httpx_client(http)


def token(http, job):
    form = TokenRequest(grant_type="password", username=job["user"], password="demo")
    return ["token"] if given(request_token.sync(client=client(http), body=form).access_token) else []


def preview(http, job):
    rows = preview_carrier.sync(client=client(http), dot_number=job["dot"])
    return [known(given(row.dot_number), given(row.company_name)) for row in rows]


def monitored(http, job):
    def fetch(page):
        answer = monitored_carriers.sync_detailed(client=client(http), page_number=page, page_size=job["pageSize"])
        return answer.parsed, total_pages(answer.headers.get("x-pagination"))

    return [known(given(row.dot_number)) for row in pages(fetch)]


def bulk(http, job):
    def fetch(page):
        answer = monitored_carrier_data.sync(client=client(http), page_number=page, page_size=job["pageSize"])
        return given(answer.data) or [], given(answer.total_pages)

    def name(row):
        dot, reports = given(row.dot_number), given(row.incident_reports)
        return known(dot and given(dot.value), reports and given(reports.total_incident_reports))

    return [name(row) for row in pages(fetch)]


def changes(http, job):
    def fetch(page):
        answer = carriers_changes.sync_detailed(
            client=client(http), from_date=job["from"], to_date=job["to"], page_number=page, page_size=job["pageSize"]
        )
        return given(answer.parsed.carrier_list) or [], total_pages(answer.headers.get("x-pagination"))

    def name(row):
        carrier = given(row.carrier_details)
        dot = carrier and given(carrier.dot_number)
        return known(given(row.change_date_time), dot and given(dot.value))

    return [name(row) for row in pages(fetch)]


def document(http, job):
    return [str(len(get_document.sync(client=client(http), name=job["document"]).payload.read()))]


def unknown(http, job):
    return preview(http, {**job, "dot": job["unknown"]})


def given(value):
    """A value that is not there at all is `UNSET`."""
    return None if isinstance(value, Unset) else value


run({
    "token": token, "preview": preview, "list": monitored, "bulk": bulk, "changes": changes, "document": document, "unknown": unknown,
})
