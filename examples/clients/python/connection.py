"""What stands between a generated client and the API: one token, answers in their documented shape, retries, errors.

    connection = Connection("https://api.mycarrierpackets.com", user, password, Normaliser(table), table)
    http = httpx.Client(base_url=connection.base, transport=connection, timeout=60)

Give `http` to any client that is built on httpx. Whatever it calls either decodes or raises an `ApiError`.
"""

import json
import threading
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import httpx

from normalise import Refused

TRANSIENT = {408, 429, 500, 502, 503, 504}


class ApiError(Exception):
    """The API, or a gateway before it, did not answer with what was asked for. `status` is None without an answer."""

    def __init__(self, status, reason, message=""):
        super().__init__(f"{status or 'no answer'}: {message or reason}")
        self.status, self.reason, self.message = status, reason, message

    @property
    def unknown_carrier(self):
        """The API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier."""
        return self.status == 404 and self.reason == "api" and not self.message.startswith("No HTTP resource")


class Connection(httpx.BaseTransport):
    def __init__(self, base, user, password, normaliser, table, attempts=4, longest_wait=60.0, transport=None):
        self.base, self.user, self.password = base, user, password
        self.normaliser, self.attempts, self.longest_wait = normaliser, attempts, longest_wait
        self.operations = {each["path"]: (name, each) for name, each in table["operations"].items()}
        self.inner = transport or httpx.HTTPTransport()
        self.lock = threading.Lock()
        self.token, self.refresh_token, self.expires = None, None, 0.0
        # What was changed or lost, by code. Report the codes that begin with `lost-`.
        self.problems = Counter()

    def close(self):
        self.inner.close()

    def handle_request(self, request):
        name, operation = self.operations.get(request.url.path, (None, {"idempotency": "read"}))
        request.read()
        for attempt in range(1, self.attempts + 1):
            answered = None
            try:
                token = None if name == "request_token" else self.current_token()
                if token:
                    request.headers["authorization"] = f"bearer {token}"
                answered = self.send(request)
                return self.good(answered, name)
            except ApiError as error:
                refused = error.status == 401 and name != "request_token"
                if refused:
                    self.forget(token)
                # An operation that acts again each time is repeated only if it cannot have acted.
                safe = operation["idempotency"] != "once" or error.status in (401, 429)
                transient = error.status is None or error.status in TRANSIENT or error.reason in ("page", "answer") or refused
                if attempt == self.attempts or not (safe and transient):
                    raise
            time.sleep(self.wait(answered, attempt))
        raise AssertionError("the last attempt returns or raises")

    def send(self, request):
        try:
            response = self.inner.handle_request(request)
            response.read()
            return response
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise ApiError(None, "connection", str(error)) from error

    def good(self, response, name):
        """The answer as a decoder can rely on it."""
        body, kind = response.content, response.headers.get("content-type", "")
        if not 200 <= response.status_code < 300:
            raise self.error(response.status_code, body)
        if name is None:
            if not is_document(body):
                raise ApiError(response.status_code, "answer", f"{kind} is not a whole document")
            return response
        try:
            result = self.normaliser.normalise(body, name)
        except Refused as refused:
            # What cannot be used is often a no: the words are in the body.
            raise ApiError(response.status_code, "answer", message(body) or refused.code) from refused
        self.problems.update(code for _, code in result.problems)
        said = json.loads(result.text)
        if isinstance(said, dict) and False in (said.get("Success"), said.get("succeeded"), said.get("Result")):
            raise ApiError(response.status_code, "refused", said.get("Message") or said.get("message") or "refused")
        headers = [(key, value) for key, value in response.headers.multi_items() if key not in ("content-type", "content-length", "content-encoding")]
        headers.append(("content-type", "application/json"))
        return httpx.Response(response.status_code, headers=headers, content=result.text.encode())

    @staticmethod
    def error(status, body):
        words = message(body)
        return ApiError(status, "page" if words is None else "api", words or "")

    # The token

    def current_token(self):
        """One caller at a time renews it, and the others wait for that."""
        with self.lock:
            if self.token is None or time.monotonic() >= self.expires:
                self.renew()
            return self.token

    def forget(self, token):
        with self.lock:
            if self.token == token:
                self.token = None

    def renew(self):
        if self.refresh_token:
            form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
            self.refresh_token = None
            try:
                return self.grant(form)
            except ApiError:
                pass  # The password is always good.
        return self.grant({"grant_type": "password", "username": self.user, "password": self.password})

    def grant(self, form):
        headers = {"content-type": "application/x-www-form-urlencoded"}
        request = httpx.Request("POST", self.base + "/token", headers=headers, content=urlencode(form))
        given = json.loads(self.good(self.send(request), "request_token").content)
        if not given.get("access_token"):
            raise ApiError(200, "answer", "no token in the answer")
        self.token, self.refresh_token = given["access_token"], given.get("refresh_token")
        self.expires = time.monotonic() + (given.get("expires_in") or 3600) - 60

    def wait(self, response, attempt):
        after = response.headers.get("retry-after", "") if response is not None else ""
        seconds = 0.5 * 2 ** (attempt - 1)
        if after.isdigit():
            seconds = float(after)
        elif after:
            try:
                seconds = parsedate_to_datetime(after).timestamp() - time.time()
            except ValueError:
                pass
        return min(max(seconds, 0.0), self.longest_wait)


def message(body):
    """The words of an answer that says what went wrong; None if it is not the API's own."""
    try:
        said = json.loads(body.decode("utf-8", "replace"))
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    words = [said.get(key) for key in ("Message", "message", "error_description", "error")]
    return next((word for word in words if isinstance(word, str) and word), "")


def is_document(body):
    """Whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not."""
    return (
        (body.lstrip()[:5] == b"%PDF-" and b"%%EOF" in body[-1024:])
        or (body[:8] == b"\x89PNG\r\n\x1a\n" and body[-8:-4] == b"IEND")
        or (body[:3] == b"\xff\xd8\xff" and body[-2:] == b"\xff\xd9")
    )


def pages(fetch):
    """Each row of all pages. `fetch` takes the number of a page, and answers its rows and how many pages there are.

    The end is where the totals say, not where a page is short; where there are no totals, it is an empty page."""
    number, total = 1, None
    while True:
        rows, total = fetch(number)
        yield from rows
        if not rows or (total is not None and number >= total):
            return
        number += 1


def total_pages(header):
    """The number of pages in an X-Pagination header; None if it is missing or malformed."""
    try:
        total = json.loads(header or "")["totalPages"]
        return total if isinstance(total, int) else None
    except (ValueError, TypeError, KeyError):
        return None
