"""Compares the sandbox's documents with its answers: python check.py PROGRAM [--self-test] [--keep FOLDER]

Every certificate, form W-9, agreement and packet of 120 carriers is read with `pdftotext -layout`, of poppler-utils, and must
show what the answers of the API say. With --self-test each paper is compared with the answers about another carrier, and a
difference must be found in each. With --keep the documents are left in a folder.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

CARRIERS = 120


@contextmanager
def sandbox(program: str):
    options = ["--port", "0", "--carriers", str(CARRIERS), "--time", "2026-03-18T12:00:00Z"]
    command = [program, *options, "--exit-on-stdin-close"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())
        if process.poll() is not None:
            raise SystemExit(f"the sandbox ended by itself, with {process.returncode}: look for a panic above")
        process.stdin.close()


class Api:
    def __init__(self, addresses: dict):
        self.api, self.portal = addresses["api"], addresses["portal"]
        user = {"grant_type": "password", "username": "demo", "password": "demo"}
        self.token = json.loads(self.send(f"{self.api}/token", urllib.parse.urlencode(user).encode()))["access_token"]
        query = urllib.parse.urlencode(user)
        self.portal_token = json.loads(self.send(f"{self.portal}/api/token?{query}"))["access_token"]

    def send(self, url: str, data: bytes | None = None, token: str = "") -> bytes:
        request = urllib.request.Request(url, data=data)
        request.add_header("Authorization", f"bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read()

    def call(self, operation: str, **query: object) -> bytes:
        url = f"{self.api}/api/v1/Carrier/{operation}?{urllib.parse.urlencode(query)}"
        return self.send(url, b"", self.token)

    def json(self, operation: str, **query: object):
        return resolved(json.loads(self.call(operation, **query)))

    def packet(self, dot: int) -> bytes | None:
        try:
            return self.send(f"{self.portal}/api/download/carrierpacket/{dot}", None, self.portal_token)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None


def resolved(answer: object) -> object:
    """An answer with the objects in place of the references to them."""
    objects: dict[str, dict] = {}

    def walk(value: object) -> object:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return objects[value["$ref"]]
        own: dict = {}
        if "$id" in value:
            objects[value["$id"]] = own
        own.update({name: walk(item) for name, item in value.items() if name != "$id"})
        return own

    return walk(answer)


def text_of(document: bytes, keep: Path | None) -> str:
    """What a person reads on all pages, in the layout of the page."""
    with tempfile.TemporaryDirectory() as folder:
        path = keep or Path(folder) / "document.pdf"
        path.write_bytes(document)
        done = subprocess.run(["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"pdftotext does not read a document: {done.stderr.strip()}")
    return done.stdout


def day(value: str) -> str:
    """A date of the API as forms have it."""
    year, month, date = value[:10].split("-")
    return f"{month}/{date}/{year}"


def plain(text: str) -> str:
    return " ".join(text.split())


class Comparison:
    """What a paper should show, and does not."""

    def __init__(self, text: str):
        self.text, self.plain, self.missing = text, plain(text), []

    def shows(self, what: str, value: object):
        if value in (None, "") or plain(str(value)) in self.plain:
            return
        # A long value goes on in the next line, and the layout has other columns between.
        words = str(value).split()
        if re.search(r"\b.{0,400}?".join(re.escape(word) for word in words), self.plain) is None:
            self.missing.append(f"{what} {value!r}")

    def shows_in_a_line(self, what: str, first: str, *values: str):
        lines = [line for line in self.text.splitlines() if first in line]
        if not any(all(value in line for value in values) for line in lines):
            self.missing.append(f"{what}: a line with {first!r} and {values}")

    def shows_not(self, what: str, value: str):
        if value in self.plain:
            self.missing.append(f"{what} {value!r}, which should not be there")


def pages(found: Comparison, count: int | None = None):
    """Each page says what it is and which it is."""
    sheets = found.text.rstrip("\f").split("\f")
    for n, sheet in enumerate(sheets, 1):
        if "SPECIMEN" not in sheet or "Everything in it is invented." not in sheet:
            found.missing.append(f"page {n} is not marked as a specimen")
        if f"Page {n} of {len(sheets)}" not in sheet:
            found.missing.append(f"page {n} is not numbered")
    if count is not None and len(sheets) != count:
        found.missing.append(f"{len(sheets)} pages, not {count}")


def certificate(found: Comparison, facts: dict, own: dict):
    record, details = facts["record"], facts["details"]
    for field in ["Name", "Address", "City", "State", "Zip", "Phone", "Fax", "Email"]:
        found.shows(f"producer's {field}", own[f"producer{field}"])
    found.shows("certificate", own["certificateID"])
    found.shows("insured", details["Identity"]["legalName"])
    for field in ["businessStreet", "businessCity", "businessState", "businessZipCode"]:
        found.shows("address", details["Identity"][field])
    found.shows("DOT number", f"DOT {details['dotNumber']['Value']}")
    found.shows("docket", details["docketNumber"])
    shown = set()
    for coverage in own["Coverage"]:
        shown.add(coverage["policyNumber"])
        found.shows("insurer", coverage["insurerName"])
        found.shows("rating", coverage["insurerAMBestRating"])
        found.shows("type", coverage["type"])
        found.shows_in_a_line(
            "coverage", coverage["policyNumber"], day(coverage["expirationDate"]), f"$ {coverage['coverageLimit']}"
        )
        found.shows("deductible", f"DEDUCTIBLE $ {coverage['deductable']}")
        if coverage["referBreakdown"]:
            found.shows("refer breakdown", f"REFER BREAKDOWN {coverage['referBreakdown']}")
        if coverage["referBreakDeduct"]:
            found.shows("refer deductible", f"BREAKDOWN DEDUCTIBLE $ {coverage['referBreakDeduct']}")
        if coverage["cancellationDate"]:
            found.shows("cancellation", day(coverage["cancellationDate"]))
    for policy in details["FMCSAInsurance"]["PolicyList"] or []:
        if policy["policyNumber"] in shown:
            found.shows_in_a_line("effective", policy["policyNumber"], day(policy["effectiveDate"]))
    every = [item["policyNumber"] for other in details["CertData"]["Certificate"] for item in other["Coverage"]]
    for number in set(every) - shown:
        found.shows_not("policy", number)
    if found.plain.count("TEST-") != len(shown):
        found.missing.append(f"{found.plain.count('TEST-')} policies, not {len(shown)}")
    holder(found, record)


def holder(found: Comparison, record: dict):
    agreements = record.get("CarrierCustomerAgreements")
    if agreements:
        customer = agreements[0]["CustomerAgreement"]["Customer"]
        for field in ["CompanyName", "Address1", "City", "State", "Zipcode"]:
            found.shows("customer", customer[field])


def w9(found: Comparison, own: dict):
    for field in ["FullName", "BusinessName", "Address", "CityStateZipCode", "SSN", "EIN", "SignaturePerson"]:
        found.shows(field, own[field])
    for field in ["OtherDetail", "ExemptionFATCACode", "ListAccountNumber"]:
        found.shows(field, own[field])
    found.shows("date", day(own["SignatureDate"]))
    ticked = {
        "Individual, sole proprietor": own["IndividualOrSingleMemberLLC"],
        "C corporation": own["CCorporation"],
        "S corporation": own["SCorporation"],
        "Partnership": own["Partnership"],
        "Limited liability company.": own["LimitedLiabilityCompany"],
        "Trust or estate": bool(own["TrustOrEstate"]),
    }
    for name, is_on in ticked.items():
        if (re.search(rf"\bX +{re.escape(name)}", found.text) is not None) != is_on:
            found.missing.append(f"{name!r} is {'not ' if is_on else ''}ticked")
    if own["LimitedLiabilityCompany"]:
        found.shows("class", f"P for a partnership {own['TaxClassification']}")


def agreement(found: Comparison, facts: dict, own: dict):
    details = facts["details"]
    found.shows("name", own["CustomerAgreement"]["AgreementName"])
    found.shows("carrier", details["Identity"]["legalName"])
    found.shows("DOT number", f"DOT {details['dotNumber']['Value']}")
    found.shows("docket", details["docketNumber"])
    for field in ["SignaturePerson", "SignaturePersonTitle", "SignaturePersonEmail", "SignaturePersonPhoneNumber"]:
        found.shows(field, own[field])
    at = own["SignatureDate"]
    found.shows("signed", f"{day(at)} {at[11:19]} UTC")
    found.shows("address", f"IP address {own['IPAddress']}")
    if own["GeoLocMethod"]:
        found.shows("position", f"{own['GeoLocLat']:.2f}, {own['GeoLocLng']:.2f} ({own['GeoLocMethod']})")
    else:
        found.shows("position", "not known")
    holder(found, facts["record"])


def packet(found: Comparison, facts: dict):
    record, details = facts["record"], facts["details"]
    for field in ["LegalName", "DBAName", "DOTNumber", "MCNumber", "Address1", "City", "State", "Zipcode", "Phone", "Email"]:
        found.shows(field, record[field])
    for contact in facts["contacts"]["Carrier"]["Contacts"] or []:
        found.shows("contact", f"{contact['FirstName']} {contact['LastName']}")
        found.shows("contact's mail", contact["Email"])
    authority = details["Authority"]
    if authority.get("commonAuthority"):
        found.shows("authority", f"Common authority {authority['commonAuthority']}")
    if authority.get("authGrantDate", "0000-00-00") not in ("", None, "0000-00-00"):
        found.shows("granted", day(authority["authGrantDate"]))
    if details["Safety"].get("rating"):
        found.shows("rating", f"Rating {details['Safety']['rating']}")
    units = details["Equipment"].get("totalPower")
    if units:
        found.shows("fleet", f"{units} power units")
    payment = record["CarrierPaymentInfo"]
    found.shows("bank", payment["BankName"])
    found.shows("account", f"ends in {payment['BankAccountNumber'][-4:]}")
    found.shows_not("the whole account number", payment["BankAccountNumber"])
    found.shows_not("the routing number", payment["BankRoutingNumber"])
    found.shows("payee", payment["FactoringCompanyName"])
    agreement(found, facts, record["CarrierCustomerAgreements"][0])
    w9(found, record["CarrierW9Forms"][0])
    for own in (details["CertData"] or {}).get("Certificate") or []:
        for coverage in own["Coverage"]:
            found.shows_in_a_line("coverage", coverage["policyNumber"], day(coverage["expirationDate"]))


def facts_of(api: Api, dot: int) -> dict:
    record = api.json("GetCarrierData", DOTNumber=dot)
    wrapped = record["AssureAdvantage"][0]
    return {
        "dot": dot,
        "record": record,
        "details": wrapped["CarrierDetails"],
        "contacts": api.json("GetCarrierContacts", DOTNumber=dot),
        "vins": api.json("GetCarrierVINVerifications", DOTNumber=dot)["VINVerifications"] or [],
    }


def papers(facts: dict):
    """Each paper of a carrier: its kind, its name, and the comparison with the same paper in the facts of some carrier."""
    certificates = lambda facts: (facts["details"]["CertData"] or {}).get("Certificate") or []
    record = facts["record"]
    for n, own in enumerate(certificates(facts)):
        pick = lambda other, n=n: certificates(other)[n]
        yield "certificate", own["BlobName"], lambda found, other, pick=pick: certificate(found, other, pick(other))
    for own in record.get("CarrierW9Forms") or []:
        name = own["CarrierW9FormImages"][0]["BlobName"]
        yield "w9", name, lambda found, other: w9(found, other["record"]["CarrierW9Forms"][0])
    for n, own in enumerate(record.get("CarrierCustomerAgreements") or []):
        name = own["CarrierCustomerAgreementImages"][0]["BlobName"]
        pick = lambda other, n=n: other["record"]["CarrierCustomerAgreements"][n]
        yield "agreement", name, lambda found, other, pick=pick: agreement(found, other, pick(other))


def photos(api: Api, facts: dict, keep: Path | None) -> list[str]:
    wrong = []
    for n, own in enumerate(facts["vins"]):
        for request in own["Requests"]:
            if not request["ImageBlobName"]:
                continue
            photo = api.call("GetDocument", name=request["ImageBlobName"])
            if not photo.startswith(b"\x89PNG\r\n\x1a\n") or len(photo) < 2000:
                wrong.append(f"{facts['dot']}: the photo of {own['VIN']} is no picture")
            if keep:
                (keep / f"{facts['dot']}-photo-{n}.png").write_bytes(photo)
    return wrong


def check(program: str, is_self_test: bool, keep: Path | None) -> int:
    wrong, counts, found_in = [], Counter(), Counter()
    with sandbox(program) as addresses:
        api = Api(addresses)
        dots = [row["DOTNumber"] for row in api.json("MonitoredCarriers", pageSize=500)][:CARRIERS]
        every = [facts_of(api, dot) for dot in dots]
        for n, facts in enumerate(every):
            documents = [(kind, api.call("GetDocument", name=name), compare) for kind, name, compare in papers(facts)]
            whole = api.packet(facts["dot"])
            if whole is not None:
                documents.append(("packet", whole, packet))
            for k, (kind, document, compare) in enumerate(documents):
                path = keep / f"{facts['dot']}-{kind}-{k}.pdf" if keep else None
                found = Comparison(text_of(document, path))
                counts[kind] += 1
                if not is_self_test:
                    pages(found)
                    compare(found, facts)
                    wrong += [f"{facts['dot']}, {kind}: {missing}" for missing in found.missing]
                    continue
                # Another carrier that has such a paper.
                for other in every[n + 1 :] + every[:n]:
                    try:
                        compare(found, other)
                    except (KeyError, IndexError, TypeError):
                        continue
                    break
                found_in[kind] += bool(found.missing)
            wrong += photos(api, facts, keep)
    print(", ".join(f"{count} of {kind}" for kind, count in sorted(counts.items())))
    if len(dots) < CARRIERS or set(counts) != {"certificate", "w9", "agreement", "packet"} or min(counts.values()) < 20:
        wrong.append(f"too few papers were compared, of {len(dots)} carriers")
    if is_self_test:
        for kind, count in counts.items():
            if found_in[kind] != count:
                wrong.append(f"of {count} {kind} papers {count - found_in[kind]} pass for those of another carrier")
    for line in wrong:
        print(f"FAILED: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the sandbox's binary, such as target/debug/mycarrierpackets-sandbox")
    parser.add_argument("--self-test", action="store_true", help="compare with other carriers, and fail unless each is found")
    parser.add_argument("--keep", type=Path, help="a folder in which the documents are left")
    arguments = parser.parse_args()
    if not shutil.which("pdftotext"):
        sys.exit("no pdftotext: install poppler-utils")
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    sys.exit(check(arguments.program, arguments.self_test, arguments.keep))
