"""What Schemathesis is told beside the document: carriers and papers that exist, and a tally of the answers."""

import atexit
import json
import os
import threading
from collections import Counter, defaultdict
from zlib import crc32

import schemathesis

KNOWN = json.loads(os.environ["SANDBOX_KNOWN"])
TALLY = os.environ["SANDBOX_TALLY"]

lock = threading.Lock()
tally: defaultdict[str, Counter[str]] = defaultdict(Counter)


def known(name: str, drawn: object) -> object:
    """Three of four values become one that the sandbox knows; which follows from what was drawn."""
    values = KNOWN.get(name.lower())
    number = crc32(repr(drawn).encode())
    return drawn if values is None or number % 4 == 0 else values[number % len(values)]


@schemathesis.hook
def map_query(context, query):
    return {name: known(name, drawn) for name, drawn in query.items()} if query else query


@schemathesis.hook
def map_body(context, body):
    return {name: known(name, drawn) for name, drawn in body.items()} if isinstance(body, dict) else body


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        tally[case.operation.path.rsplit("/", 1)[-1]][f"{response.status_code // 100}xx"] += 1


@atexit.register
def write() -> None:
    with open(TALLY, "w") as file:
        json.dump(tally, file)
