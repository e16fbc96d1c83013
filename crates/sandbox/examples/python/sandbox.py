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
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


@dataclass
class Answer:
    status: int
    body: Any


def send(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
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
        self.api: str = json.loads(self.process.stdout.readline())["api"]
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

    def customer(self, name: str) -> Customer:
        return Customer(self, name)


class Customer:
    """Every user name is a customer of its own, so tests can run side by side."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self.sandbox, self.name = sandbox, name
        self.sign_in()

    def sign_in(self) -> None:
        form = urllib.parse.urlencode({"grant_type": "password", "username": self.name, "password": "demo"})
        self.token: str = send("POST", f"{self.sandbox.api}/token", form.encode()).body["access_token"]

    def call(self, operation: str, **query: str | int) -> Answer:
        url = f"{self.sandbox.api}/api/v1/Carrier/{operation}?{urllib.parse.urlencode(query)}"
        return send("POST", url, b"", {"Authorization": f"bearer {self.token}"})

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """What the sandbox saw of this customer."""
        query = urllib.parse.urlencode({"operation": operation, "customer": self.name})
        return self.sandbox.control("GET", f"requests?{query}")["requests"]


class Receiver:
    """A subscriber to webhooks: `with Receiver() as receiver`."""

    def __enter__(self) -> Receiver:
        posted = self.posted = []

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
