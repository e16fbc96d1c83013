"""A sandbox as a child process, and what tests tell it. Standard library only."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Answer:
    status: int
    body: Any


# A proxy of the environment's cannot reach this machine's loopback.
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with direct.open(request, timeout=30) as response:
            return Answer(response.status, json.loads(response.read() or b"null"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, json.loads(error.read() or b"null"))


class Sandbox:
    """Started by `with Sandbox() as sandbox`; it ends with the test, however that ends."""

    def __enter__(self) -> Sandbox:
        program = os.environ.get("SANDBOX_BIN", "mycarrierpackets-sandbox")
        options = ["--port", "0", "--carriers", "50", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close"]
        self.process = subprocess.Popen([program, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout
        line = self.process.stdout.readline()
        try:
            self.api: str = json.loads(line)["api"]
        except ValueError as error:
            self.process.kill()
            self.__exit__()
            raise RuntimeError(f"{program} did not say where it listens, but {line!r}: is SANDBOX_BIN the sandbox?") from error
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the control API, which spec/sandbox.yaml documents."""
        data = None if body is None else json.dumps(body).encode()
        answer = send(method, f"{self.api}/__sandbox/{path}", data, {"Content-Type": "application/json"})
        assert answer.status < 300, answer
        return answer.body

    def reset(self) -> None:
        """Back to the state at the start: carriers, customers, clock, faults, calls and webhooks."""
        self.control("POST", "reset")

    def skip(self, seconds: int) -> str:
        """Moves the clock, which all customers share; its time. Tokens expire in the time skipped, too."""
        now: str = self.control("POST", "clock", {"advanceSeconds": seconds})["now"]
        return now

    def send_event(self, webhook: int, event: str) -> dict[str, Any]:
        """Sends an event to a webhook now; the delivery."""
        delivery: dict[str, Any] = self.control("POST", f"webhooks/{webhook}/events", {"event": event})
        return delivery

    def customer(self, name: str) -> Customer:
        return Customer(self, name)


class Customer:
    """Every user name is a customer of its own, so tests can run side by side."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self.sandbox, self.name = sandbox, name
        self.sign_in()

    def sign_in(self) -> None:
        form = urllib.parse.urlencode({"grant_type": "password", "username": self.name, "password": "demo"})
        answer = send("POST", f"{self.sandbox.api}/token", form.encode())
        assert answer.status == 200, answer
        self.token: str = answer.body["access_token"]

    def call(self, operation: str, **query: str | int) -> Answer:
        url = f"{self.sandbox.api}/api/v1/Carrier/{operation}?{urllib.parse.urlencode(query)}"
        return send("POST", url, b"", {"Authorization": f"bearer {self.token}"})

    def fail(self, **rule: str | int) -> None:
        """Has calls of this customer's fail, by a rule such as kind="status", code=503, first=1."""
        self.sandbox.control("POST", "faults", {**rule, "customer": self.name})

    def subscribe(self, url: str, secret: str) -> int:
        """Has this customer's events sent to an address; the number of the webhook."""
        wanted = {"url": url, "secret": secret, "customer": self.name}
        webhook: int = self.sandbox.control("POST", "webhooks", wanted)["id"]
        return webhook

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """What the sandbox saw of this customer."""
        query = urllib.parse.urlencode({"operation": operation, "customer": self.name})
        requests: list[dict[str, Any]] = self.sandbox.control("GET", f"requests?{query}")["requests"]
        return requests


class Receiver:
    """A subscriber to webhooks: `with Receiver() as receiver`."""

    def __enter__(self) -> Receiver:
        posted: list[tuple[Message, bytes]] = []
        self.posted = posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/mcp"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
