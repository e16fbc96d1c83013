"""Hands what the sandbox says to checks that others wrote: python check.py PROGRAM [--self-test]

Every phone number goes through libphonenumber, every VIN and routing number through a check of its digits, every employer's
number through the list of prefixes, every city with its state, ZIP code and area code through the postal service's list. With
--self-test the data are made wrong, one value of each kind, and each must be found.
"""

import argparse
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import phonenumbers
import zipcodes
from stdnum.us import ein, rtn
from vininfo import Vin

CARRIERS = 200
# Fields of one object that say where something is, whatever they are called.
PLACE = re.compile(r"(?i)^(.*?)(city|stateprovince|statecode|state|zip_?code|postalcode|zip)$")
PHONE = re.compile(r"\(\d{3}\) \d{3}-\d{4}")


class Api:
    def __init__(self, base):
        self.base = base
        form = urllib.parse.urlencode({"grant_type": "password", "username": "demo", "password": "demo"})
        with urllib.request.urlopen(f"{base}/token", form.encode()) as answer:
            self.token = json.load(answer)["access_token"]

    def ask(self, operation, **query):
        """The answer, or None for 404."""
        url = f"{self.base}/api/v1/Carrier/{operation}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(url, b"", {"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise


def answers(api):
    """All that is said of the carriers, as (operation, number, answer)."""
    page = api.ask("MonitoredCarrierData", pageSize=CARRIERS)
    rows = page["data"] if isinstance(page, dict) else page
    for row in rows:
        dot = row["dotNumber"]["Value"]
        yield "MonitoredCarrierData", dot, row
        api.ask("RequestVINVerification", DOTNumber=dot, deliveryOption=2, vinVerificationPhoneNumber="3125550142")
        for operation in ["PreviewCarrier", "GetCarrierData", "GetCarrierContacts", "GetCarrierIncidentReports"]:
            yield operation, dot, api.ask(operation, DOTNumber=dot)
    advance(api, 3 * 86_400)
    for row in rows:
        dot = row["dotNumber"]["Value"]
        yield "GetCarrierVINVerifications", dot, api.ask("GetCarrierVINVerifications", DOTNumber=dot)
    yield "GetUpdatedFactoringCompanies", "all", api.ask(
        "GetUpdatedFactoringCompanies", fromDate="2026-03-01", toDate="2026-04-01"
    )


def advance(api, seconds):
    body = json.dumps({"hold": True, "advanceSeconds": seconds}).encode()
    request = urllib.request.Request(f"{api.base}/__sandbox/clock", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


def objects(value, path=""):
    """Each object within, with where it is."""
    if isinstance(value, dict):
        yield path, value
        for name, field in value.items():
            yield from objects(field, f"{path}/{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from objects(item, f"{path}/{number}")


def places(fields):
    """City, state and ZIP code by what their names begin with."""
    found = {}
    for name, value in fields.items():
        match = PLACE.match(name)
        if match and isinstance(value, str) and value:
            kind = match[2].lower()
            kind = "city" if kind == "city" else "state" if kind.startswith("state") else "zip"
            found.setdefault(match[1].lower(), {})[kind] = value
    return [own for own in found.values() if len(own) == 3]


def plain(city):
    return city.lower().replace(".", "").replace("st ", "saint ")


def is_place(place):
    known = zipcodes.matching(place["zip"]) if re.fullmatch(r"\d{5}", place["zip"]) else []
    cities = [plain(own) for match in known for own in [match["city"], *match.get("acceptable_cities", [])]]
    return plain(place["city"]) in cities and known[0]["state"] == place["state"]


def wrong(fields, counts):
    """What is wrong with the fields of one object."""
    for place in places(fields):
        # Mexican carriers have codes of another country.
        if place["state"] == "NL":
            continue
        counts["place"] += 1
        if not is_place(place):
            yield f"no such place: {place}"
    for name, value in fields.items():
        if not isinstance(value, str) or not value:
            continue
        for text in PHONE.findall(value):
            counts["phone"] += 1
            number = phonenumbers.parse(text, "US")
            if not phonenumbers.is_valid_number(number) or " 555-01" not in text:
                yield f"{name}: {text} is no number for fiction in an area that there is"
        if name == "VIN":
            counts["vin"] += 1
            if not Vin(value).verify_checksum():
                yield f"{name}: the check digit of {value} is wrong"
        if name.endswith("RoutingNumber"):
            counts["routing"] += 1
            if not rtn.is_valid(value):
                yield f"{name}: the check digit of {value} is wrong"
        if name in ("EIN", "TIN") and not value.startswith("987-65-432"):
            counts["ein"] += 1
            if not ein.is_valid(value):
                yield f"{name}: {value} has a prefix that nobody gives out"
        if "@" in value and " " not in value:
            counts["email"] += 1
            if not value.endswith(".example"):
                yield f"{name}: {value} could reach somebody"


def check(found, counts):
    for operation, dot, answer in found:
        for path, fields in objects(answer):
            for line in wrong(fields, counts):
                yield f"{operation} of {dot}, {path}: {line}"


# One value of each kind, made wrong: how it is found, and what becomes of it.
PLANTS = {
    "vin": lambda name, value: value[:-1] + str((int(value[-1]) + 1) % 10) if name == "VIN" else None,
    "routing": lambda name, value: value[::-1] + "1" if name.endswith("RoutingNumber") else None,
    "ein": lambda name, value: "00" + value[2:] if name == "EIN" and value[:2] != "98"[::-1] else None,
    "phone": lambda name, value: value.replace(") 555", ") 155") if PHONE.fullmatch(value) else None,
    "place": lambda name, value: "Atlantis" if name == "businessCity" and value != "Monterrey" else None,
    "email": lambda name, value: value.replace(".example", ".com") if name == "emailAddress" else None,
}


def planted(found, plant):
    """The answers with one value made wrong."""
    done = False
    for operation, dot, answer in found:
        for _, fields in objects(answer):
            for name, value in fields.items():
                changed = None if done or not isinstance(value, str) or not value else plant(name, value)
                if changed is not None and changed != value:
                    fields[name], done = changed, True
        yield operation, dot, answer
    assert done, "nothing was planted"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--self-test", action="store_true")
    options = options.parse_args()
    own = ["--port", "0", "--carriers", str(CARRIERS), "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close"]
    with subprocess.Popen([options.program, *own], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            api = Api(json.loads(process.stdout.readline())["api"])
            found = list(answers(api))
        finally:
            process.stdin.close()
    kinds = dict.fromkeys(PLANTS, 0)
    lines = list(check(found, kinds))
    print("\n".join(lines[:20]))
    few = [kind for kind, count in kinds.items() if count < 20]
    print(f"checked: {kinds}; {len(lines)} wrong")
    if lines or few:
        sys.exit(f"too few values of {few} were seen" if few else 1)
    if options.self_test:
        for kind, plant in PLANTS.items():
            copy = json.loads(json.dumps(found))
            lines = list(check(planted(copy, plant), dict.fromkeys(PLANTS, 0)))
            if not lines:
                sys.exit(f"a wrong {kind} was not found")
            print(f"planted {kind}: {lines[0]}")


main()
