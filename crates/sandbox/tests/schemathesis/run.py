"""Runs Schemathesis with the API's document against the sandbox: python run.py PROGRAM [--self-test]

Ten thousand cases, valid and not, over every operation of the API's host: no 5xx, no call without a token, and every
answer is as the document says and has no field beside; and fewer cases of the control API, with its own document. With
--self-test bugs are planted between the two, and each must be found.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import yaml

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[3] / "spec" / "openapi.yaml"
CONTROL = HERE.parents[3] / "spec" / "sandbox.yaml"
CASES = 10_000
# What must hold of every answer. Which data are refused is the vendor's own business: it takes unknown parameters,
# and refuses some that the document allows, such as a carrier that does not exist. The document allows every status
# of 400 and above, as gateways before the vendor's server answer 405, 411, 413 and the like in their own words; what
# is above 499 is refused here by the first of the checks.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
    "allow_header_conformance",
]
# They have a server of their own, the portal.
ELSEWHERE = ["request_portal_token", "download_carrier_packet"]
# Fields that the sandbox writes and the document does not know, as the vendor's unannounced ones.
PLANTED = {"Identity": "identitySource", "CarrierPreview": "BrokerSnapshotUrl"}
CLASSES = ["2xx", "3xx", "4xx", "5xx"]


def address(process: subprocess.Popen) -> str:
    """Where the API is, from what the sandbox says when it is ready."""
    return json.loads(process.stdout.readline())["api"]


@contextmanager
def sandbox(program: str):
    options = ["--port", "0", "--carriers", "200", "--activity", "2000", "--changes-interval", "0"]
    options += ["--time", "2026-03-18T12:00:00Z"]
    command = [program, *options, "--exit-on-stdin-close"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield address(process)
        if process.poll() is not None:
            raise SystemExit(f"the sandbox ended by itself, with {process.returncode}: look for a panic above")
        process.stdin.close()


def post(url: str, token: str = "", **form: str) -> object:
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode(), method="POST")
    request.add_header("Authorization", f"bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def sign_in(api: str) -> str:
    return post(f"{api}/token", grant_type="password", username="demo", password="demo")["access_token"]


def known(api: str, token: str) -> dict:
    """What leads somewhere: carriers with their numbers, and values of other parameters."""
    rows = post(f"{api}/api/v1/Carrier/MonitoredCarriers?pageSize=500", token)
    numbers = ["DOTNumber", "DocketNumber", "IntrastateNumber"]
    carriers = [{name.lower(): row.get(name) for name in numbers} for row in rows]
    blobs: list[str] = []

    def find(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                find(item)
        elif isinstance(value, dict):
            blobs.extend(text for key, text in value.items() if key.lower() == "blobname" and text)
            find(list(value.values()))

    for carrier in carriers[:8]:
        find(post(f"{api}/api/v1/Carrier/GetCarrierData?DOTNumber={carrier['dotnumber']}", token))
        find(post(f"{api}/api/v1/Carrier/GetCarrierVINVerifications?DOTNumber={carrier['dotnumber']}", token))
    values = {
        "name": blobs,
        "fromdate": ["2026-03-18T08:00:00", "2026-03-17T00:00:00Z", "2026-03-18"],
        "todate": ["2026-03-18T11:00:00"],
        "pagenumber": [1, 2, "3"],
        "pagesize": [5, 1, "20", 100_000],
        "carrieremail": ["ada@carrier.example"],
        "userverificationemail": ["ada@carrier.example"],
        "email": ["dispatch@sampletrucking.example"],
        "deliveryoption": [2],
        "vinverificationphonenumber": ["(312) 555-0142"],
        "outputvinverificationrequestid": ["true", "false"],
        "sendconfirmationemail": ["true", "false"],
        "grant_type": ["password"],
        "username": ["demo"],
        "password": ["demo"],
    }
    return {"carriers": carriers, "values": values}


def document() -> dict:
    """The document as the sandbox must keep it: what its extension `x-mcp-text-as` says in plain words, that a text may
    stand for the object; and closed, for the vendor may add fields, but the sandbox has no business to."""
    whole = yaml.safe_load(DOCUMENT.read_text())
    schemas = whole["components"]["schemas"]
    for name, schema in schemas.items():
        if schema.get("properties") and name != "TokenRequest":
            schema["additionalProperties"] = False
            for field, inner in schema["properties"].items():
                # What it is made of admits null, and the text that may stand for it.
                schema["properties"][field] = inner["allOf"][0] if "allOf" in inner else inner
            schema["patternProperties"] = {f"^([$]id|[$]ref|{PLANTED.get(name, '[$]id')})$": {}}
        if "x-mcp-text-as" in schema:
            schemas[name] = {"anyOf": [schema, {"type": "string"}]}
    return whole


def schemathesis(api: str, url: str, examples: int, *options: str) -> tuple[int, str, dict[str, dict[str, int]]]:
    """Exit code, output, and the answers of each operation by class."""
    token = sign_in(api)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "known.json").write_text(json.dumps(known(api, token)))
        described = folder / "openapi.json"
        described.write_text(json.dumps(document()))
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"), "SANDBOX_FOLDER": name}
        options += ("--header", f"Authorization: bearer {token}", "--checks", ",".join(CHECKS))
        options += tuple(part for name in ELSEWHERE for part in ("--exclude-operation-id", name))
        done = session(described, url, examples, *options, env=environment, cwd=folder)
        tally = folder / "tally.json"
        counted = json.loads(tally.read_text()) if tally.exists() else {}
    return done.returncode, done.stdout + done.stderr, counted


def session(described: Path, url: str, examples: int, *options: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(described), "--url", url]
    command += ["--seed", "7", "--mode", "all", "--max-examples", str(examples), "--continue-on-failure"]
    command += ["--workers", "1", "--warnings", "off", "--generation-database", "none"]
    command += ["--suppress-health-check", "all", "--request-timeout", "20", "--no-color", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200, **more)


def control(program: str) -> int:
    # It needs no token.
    checks = [name for name in CHECKS if name != "ignored_auth"]
    # Years of deliveries to webhooks where nobody listens would take their time: the clock is skipped without them. So
    # would calls that are waited for and do not come.
    slow = ["--exclude-operation-id", "waitForRequests", "--exclude-operation-id", "setClock"]
    for choice in slow, ["--include-operation-id", "setClock"]:
        with sandbox(program) as api, tempfile.TemporaryDirectory() as folder:
            done = session(CONTROL, api, 25, *choice, "--checks", ",".join(checks), cwd=folder)
        counts = [line.strip() for line in done.stdout.splitlines() if "generated," in line]
        print("control API:", *counts)
        if done.returncode != 0 or not counts:
            print(done.stdout[-8000:], done.stderr)
            return 1
    return 0


def faults(code: int, tally: dict[str, dict[str, int]], cases: int, operations: int) -> list[str]:
    """Why a session does not count as passed."""
    total = sum(sum(counts.values()) for counts in tally.values())
    found = ["Schemathesis found something"] if code != 0 else []
    if total < cases:
        found.append(f"{total} cases are fewer than {cases}")
    if len(tally) != operations:
        found.append(f"{len(tally)} operations were called, not {operations}: does the document have others now?")
    found += [f"{name} never answered 2xx" for name, counts in sorted(tally.items()) if not counts.get("2xx")]
    found += [f"{name} answered 5xx" for name, counts in sorted(tally.items()) if counts.get("5xx")]
    return found


def check(program: str) -> int:
    started = time.monotonic()
    with sandbox(program) as api:
        code, output, tally = schemathesis(api, api, 380)
    print(f"{'operation':36}" + "".join(f"{name:>8}" for name in CLASSES))
    for operation, counts in sorted(tally.items()):
        print(f"{operation:36}" + "".join(f"{counts.get(name, 0):8}" for name in CLASSES))
    total = sum(sum(counts.values()) for counts in tally.values())
    print(f"{total} cases over {len(tally)} operations in {time.monotonic() - started:.0f} s")
    print(f"not called, as the portal answers them: {', '.join(ELSEWHERE)}")
    found = faults(code, tally, CASES, 24)
    if code != 0:
        print(output[-8000:])
    for fault in found:
        print(f"FAILED: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the sandbox's binary, such as target/debug/mycarrierpackets-sandbox")
    parser.add_argument("--self-test", action="store_true", help="plant bugs, and fail unless each is found")
    arguments = parser.parse_args()
    if arguments.self_test:
        import planted

        sys.exit(planted.self_test(arguments.program))
    sys.exit(check(arguments.program) or control(arguments.program))
