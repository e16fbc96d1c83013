"""Models of datamodel-code-generator with pydantic, over plain httpx."""

from pydantic import TypeAdapter

import models
from connection import pages, total_pages
from driver import known, run


def post(http, path, kind, **query):
    response = http.post(path, params=query)
    return response, TypeAdapter(kind).validate_json(response.content)


def token(http, job):
    form = {"grant_type": "password", "username": job["user"], "password": "demo"}
    given = models.Token.model_validate_json(http.post("/token", data=form).content)
    return ["token"] if given.access_token else []


def preview(http, job):
    _, carriers = post(http, "/api/v1/Carrier/PreviewCarrier", list[models.CarrierPreview], DOTNumber=job["dot"])
    return [known(number(row.dot_number), row.company_name) for row in carriers]


def monitored(http, job):
    def fetch(page):
        query = {"pageNumber": page, "pageSize": job["pageSize"]}
        response, rows = post(http, "/api/v1/Carrier/MonitoredCarriers", list[models.MonitoredCarrier], **query)
        return rows, total_pages(response.headers.get("x-pagination"))

    return [known(number(row.dot_number)) for row in pages(fetch)]


def bulk(http, job):
    def fetch(page):
        query = {"pageNumber": page, "pageSize": job["pageSize"]}
        _, answer = post(http, "/api/v1/Carrier/MonitoredCarrierData", models.CarrierDataPage, **query)
        return answer.data or [], answer.total_pages

    def name(row):
        return known(row.dot_number and row.dot_number.value, row.incident_reports and row.incident_reports.total_incident_reports)

    return [name(row) for row in pages(fetch)]


def changes(http, job):
    def fetch(page):
        query = {"fromDate": job["from"], "toDate": job["to"], "pageNumber": page, "pageSize": job["pageSize"]}
        response, answer = post(http, "/api/v1/Carrier/CarriersChanges", models.CarrierChanges, **query)
        return answer.carrier_list or [], total_pages(response.headers.get("x-pagination"))

    def name(row):
        dot = row.carrier_details and row.carrier_details.dot_number
        return known(row.change_date_time, dot and dot.value)

    return [name(row) for row in pages(fetch)]


def document(http, job):
    return [str(len(http.post("/api/v1/Carrier/GetDocument", params={"name": job["document"]}).content))]


def unknown(http, job):
    return preview(http, {**job, "dot": job["unknown"]})


def number(dot):
    return dot.root if isinstance(dot, models.DotNumber) else dot


run({
    "token": token, "preview": preview, "list": monitored, "bulk": bulk, "changes": changes, "document": document, "unknown": unknown,
})
