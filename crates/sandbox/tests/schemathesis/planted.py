"""Bugs planted between Schemathesis and the sandbox: each must be found, and nothing without them."""

import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import run

STACK_TRACE = b"""<html><head><title>Runtime Error</title></head><body><h1>Server Error in '/' Application.</h1>
<pre>[IndexOutOfRangeException: Index was outside the bounds of the array.]
   Example.Carriers.Docket.Parse(String text) in Docket.cs:line 41</pre></body></html>"""


class Proxy(BaseHTTPRequestHandler):
    """Passes calls on, and answers some as a server with a bug would."""

    protocol_version = "HTTP/1.1"
    api = ""
    token = ""
    plant = ""

    def pass_on(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if self.command == "POST" or length else None
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
        if self.plant == "open":
            headers["Authorization"] = f"bearer {self.token}"
        request = urllib.request.Request(self.api + self.path, body, headers, method=self.command)
        try:
            answer = urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        status, content, kind = self.bug(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if "Allow" in answer.headers:
            self.send_header("Allow", answer.headers["Allow"])
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def bug(self, status: int, content: bytes, kind: str) -> tuple[int, bytes, str]:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, keep_blank_values=True)
        docket = "".join(value for name in query if name.lower() == "docketnumber" for value in query[name])
        if self.plant == "type":
            # Deep in the answer, and only in some.
            content = content.replace(b'"Infractions":[]', b'"Infractions":"None"')
        elif self.plant == "shape" and status == 200:
            content = content.removeprefix(b"[").removesuffix(b"]")
        elif self.plant == "field":
            content = content.replace(b'"CompanyName":', b'"Companyname":')
        elif self.plant == "crash" and docket and not docket.isascii():
            status, content, kind = 500, STACK_TRACE, "text/html"
        elif self.plant == "page" and status == 200:
            content, kind = b"<html>Sign in</html>", "text/html"
        elif self.plant == "deaf":
            status, content, kind = 404, b'{"$id":"1","Message":"No."}', "application/json"
        return status, content, kind

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self.pass_on
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        pass


# What is planted, and what must be said of it; all in `preview_carrier`.
BUGS = [
    ("nothing", None),
    ("type", "Response violates schema"),
    ("shape", "Response violates schema"),
    ("field", "Response violates schema"),
    ("crash", "Server error"),
    ("page", "Undocumented Content-Type"),
    ("open", "API accepts"),
    ("deaf", "PreviewCarrier never answered 2xx"),
]


def session(program: str, plant: str) -> tuple[list[str], str]:
    with run.sandbox(program) as api:
        members = {"api": api, "token": run.sign_in(api), "plant": plant}
        with ThreadingHTTPServer(("127.0.0.1", 0), type("Planted", (Proxy,), members)) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            code, output, tally = run.schemathesis(api, url, 40, "--include-operation-id", "preview_carrier")
            server.shutdown()
    found = run.faults(code, tally, 40, 1)
    # So few cases must not pass for a whole run.
    if not any("fewer" in fault for fault in run.faults(code, tally, run.CASES, 1)):
        found.append("so few cases passed for enough")
    return found, output


def self_test(program: str) -> int:
    missed = 0
    for plant, expected in BUGS:
        found, output = session(program, plant)
        said = "\n".join([output, *found])
        good = not found if expected is None else bool(found) and expected in said
        print(f"planted {plant:8} {'as expected' if good else 'NOT AS EXPECTED'}: {'; '.join(found) or 'passed'}")
        if not good:
            print(output[-4000:])
            missed += 1
    return 1 if missed else 0
