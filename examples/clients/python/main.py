"""Reads the monitored carriers, what changed, and a certificate, with a client that openapi-python-client generated."""

import json
import os
import sys
from datetime import datetime, timedelta, timezone

import httpx

from connection import ApiError, Connection, pages, total_pages
from normalise import Normaliser
from openapi_client import Client
from openapi_client.api.carriers import preview_carrier
from openapi_client.api.documents import get_document
from openapi_client.api.monitoring import carriers_changes, monitored_carrier_data


def main():
    base, user, password = os.environ["MCP_BASE"], os.environ["MCP_USER"], os.environ["MCP_PASSWORD"]
    with open("schemas.json") as file:
        table = json.load(file)
    connection = Connection(base, user, password, Normaliser(table), table)
    with httpx.Client(base_url=base, transport=connection, timeout=60) as http:
        client = Client(base_url=base).set_httpx_client(http)

        def data(page):
            answer = monitored_carrier_data.sync(client=client, page_number=page, page_size=500)
            return answer.data or [], answer.total_pages

        carriers = list(pages(data))
        print(f"{len(carriers)} carriers")

        held = os.environ.get("MCP_NOW")
        now = datetime.fromisoformat(held) if held else datetime.now(timezone.utc)
        window = [time.strftime("%Y-%m-%dT%H:%M:%S") for time in (now - timedelta(hours=6), now)]

        def changed(page):
            answer = carriers_changes.sync_detailed(
                client=client, from_date=window[0], to_date=window[1], page_number=page, page_size=500
            )
            return answer.parsed.carrier_list or [], total_pages(answer.headers.get("x-pagination"))

        changes = list(pages(changed))
        # A change without its carrier is what the normaliser is for.
        known = [change for change in changes if change.carrier_details and change.carrier_details.dot_number]
        print(f"{len(known)} changes")

        certificates = (each for carrier in carriers if carrier.cert_data for each in carrier.cert_data.certificate or [])
        name = next((certificate.blob_name for certificate in certificates if certificate.blob_name), None)
        if name:
            document = get_document.sync(client=client, name=name).payload.read()
            print(f"{len(document)} bytes")

        try:
            preview_carrier.sync(client=client, dot_number=99999998)
        except ApiError as error:
            if not error.unknown_carrier:
                raise
            print("no such carrier")
    lost = {code: count for code, count in connection.problems.items() if code.startswith("lost-")}
    if lost:
        print(lost, file=sys.stderr)


main()
