"""Runs Schemathesis with the API's document against the sandbox: python run.py PROGRAM [--self-test]

Ten thousand cases, valid and not, over every operation of the API's host: no 5xx, and every answer is as the document
says; and fewer cases of the control API, with its own document. With --self-test two bugs are planted between the two,
and both must be found.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import yaml

HERE = Path(__file__).parent
SPEC = HERE.parents[3] / "spec"
CASES = 10_000
# What must hold of every answer. Which data are refused is the vendor's own business: it takes unknown parameters,
# and refuses some that the document allows, such as a carrier that does not exist.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# They have a server of their own, the portal.
ELSEWHERE = ["request_portal_token", "download_carrier_packet"]


@contextmanager
def sandbox(program: str):
    options = ["--port", "0", "--carriers", "40", "--changes-interval", "0", "--time", "2026-03-18T12:00:00Z"]
    command = [program, *options, "--exit-on-stdin-close"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())["api"]
        process.stdin.close()


def post(url: str, token: str = "", **form: str) -> object:
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode(), method="POST")
    request.add_header("Authorization", f"bearer {token}")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def sign_in(api: str) -> str:
    return post(f"{api}/token", grant_type="password", username="demo", password="demo")["access_token"]


def known(api: str, token: str) -> dict[str, list]:
    """Values of parameters that lead somewhere."""
    rows = post(f"{api}/api/v1/Carrier/MonitoredCarriers?pageSize=50", token)
    record = post(f"{api}/api/v1/Carrier/GetCarrierData?DOTNumber=23868", token)
    blobs: list[str] = []

    def find(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                find(item)
        elif isinstance(value, dict):
            blobs.extend(text for key, text in value.items() if key.lower() == "blobname" and text)
            find(list(value.values()))

    find(record)
    return {
        "dotnumber": [row["DOTNumber"] for row in rows],
        "name": blobs,
        # Two numbers must name one carrier, so a docket stands best alone.
        "docketnumber": [""],
        "intrastatenumber": [""],
        "fromdate": ["2026-03-18T08:00:00"],
        "todate": ["2026-03-18T11:00:00"],
        "carrieremail": ["ada@carrier.example"],
        "userverificationemail": ["ada@carrier.example"],
        "email": ["dispatch@sampletrucking.example"],
        "deliveryoption": [2],
        "vinverificationphonenumber": ["(312) 555-0142"],
        "grant_type": ["password"],
        "username": ["demo"],
        "password": ["demo"],
    }


def document() -> dict:
    """The document, with what its extension `x-mcp-text-as` says in plain words: a text may stand for the object."""
    whole = yaml.safe_load((SPEC / "openapi.yaml").read_text())
    schemas = whole["components"]["schemas"]
    for name, schema in schemas.items():
        if "x-mcp-text-as" in schema:
            schemas[name] = {"anyOf": [schema, {"type": "string"}]}
    return whole


def schemathesis(api: str, url: str, examples: int, *options: str) -> tuple[int, str, dict[str, dict[str, int]]]:
    token = sign_in(api)
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.json"
        environment = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
            "SANDBOX_KNOWN": json.dumps(known(api, token)),
            "SANDBOX_TALLY": str(tally),
        }
        described = Path(folder) / "openapi.json"
        described.write_text(json.dumps(document()))
        options += ("--header", f"Authorization: bearer {token}")
        options += tuple(part for name in ELSEWHERE for part in ("--exclude-operation-id", name))
        done = session(described, url, examples, *options, env=environment, cwd=folder)
        counted = json.loads(tally.read_text()) if tally.exists() else {}
    return done.returncode, done.stdout + done.stderr, counted


def session(described: Path, url: str, examples: int, *options: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(described), "--url", url]
    command += ["--checks", ",".join(CHECKS), "--seed", "7", "--max-examples", str(examples), "--workers", "1"]
    command += ["--no-color", "--continue-on-failure", "--warnings", "off", "--generation-database", "none"]
    command += ["--suppress-health-check", "all", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=1500, **more)


def check(program: str) -> int:
    with sandbox(program) as api:
        code, output, tally = schemathesis(api, api, 410)
    # Years of deliveries to webhooks where nobody listens would take their time: the clock is skipped without them.
    for options in ["--exclude-operation-id", "setClock"], ["--include-operation-id", "setClock"]:
        with sandbox(program) as api, tempfile.TemporaryDirectory() as folder:
            control = session(SPEC / "sandbox.yaml", api, 25, *options, cwd=folder)
        print("control API:", *[line.strip() for line in control.stdout.splitlines() if "generated," in line])
        if control.returncode != 0:
            print(control.stdout[-8000:], control.stderr)
            return 1
    classes = ["2xx", "4xx", "5xx"]
    print(f"{'operation':36}" + "".join(f"{name:>8}" for name in classes))
    for operation, counts in sorted(tally.items()):
        print(f"{operation:36}" + "".join(f"{counts.get(name, 0):8}" for name in classes))
    total = sum(sum(counts.values()) for counts in tally.values())
    never = [operation for operation, counts in tally.items() if not counts.get("2xx")]
    print(f"{total} cases over {len(tally)} operations")
    if code != 0:
        print(output[-8000:])
        print("Schemathesis found something.")
        return 1
    if total < CASES or never or len(tally) != 24:
        print(f"Not enough was seen: {CASES} cases are wanted, 24 operations, and a 2xx of each; none came of {never}.")
        return 1
    return 0


class Bug(BaseHTTPRequestHandler):
    """Passes calls on, and answers some as a server with a bug would."""

    protocol_version = "HTTP/1.1"
    api = ""
    plant = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.api + self.path, body, headers, method="POST"))
        except urllib.error.HTTPError as error:
            answer = error
        status, content, kind = answer.status, answer.read(), answer.headers.get("Content-Type", "")
        if self.plant == "type" and "/PreviewCarrier" in self.path:
            content = content.replace(b'"CompanyName":"', b'"CompanyName":7,"Former":"')
        if self.plant == "crash" and "/BlockCarrier" in self.path and status == 400:
            status, content, kind = 500, b"<html><h1>Server Error in '/' Application.</h1></html>", "text/html"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_refused(self) -> None:
        self.send_response(405)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.send_header("Allow", "POST")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = do_refused

    def log_message(self, *_: object) -> None:
        pass


def self_test(program: str) -> int:
    missed = 0
    for plant, operation, told in [
        ("none", "preview_carrier", "No issues found"),
        ("type", "preview_carrier", "Response violates schema"),
        ("crash", "block_carrier", "Server error"),
    ]:
        with sandbox(program) as api:
            handler = type("Planted", (Bug,), {"api": api, "plant": plant})
            with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
                Thread(target=server.serve_forever, daemon=True).start()
                url = f"http://127.0.0.1:{server.server_port}"
                code, output, _ = schemathesis(api, url, 30, "--include-operation-id", operation)
                server.shutdown()
        found = (code == 0) == (plant == "none") and told in output
        print(f"planted {plant:6} {'as expected' if found else 'NOT AS EXPECTED'}")
        if not found:
            print(output[-4000:])
            missed += 1
    return missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    sys.exit(self_test(arguments.program) if arguments.self_test else check(arguments.program))
