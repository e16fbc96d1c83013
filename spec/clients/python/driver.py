"""Takes the steps of a job through a generated client, and prints a line of JSON for each."""

import json
import sys
import traceback
from collections import Counter

import httpx

from connection import ApiError, Connection
from normalise import Normaliser, Result


class AsItComes:
    """In place of the normaliser, to show what is lost without it."""

    def normalise(self, body, of):
        return Result(body.decode("utf-8", "replace") or "null", [])


def run(steps):
    """`steps` has for each step a function of an HTTP client, a base address and the job that answers what the rows are known by."""
    with open(sys.argv[1]) as file:
        job = json.load(file)
    with open("schemas.json") as file:
        table = json.load(file)
    normaliser = Normaliser(table) if job["normalise"] else AsItComes()
    for scenario in job["scenarios"]:
        connection = Connection(
            job["base"], scenario["user"], "demo", normaliser, table, job["attempts"], longest_wait=job["longestWait"]
        )
        with httpx.Client(base_url=job["base"], transport=connection, timeout=30) as http:
            for step in scenario["steps"]:
                connection.problems = Counter()
                try:
                    came = {"outcome": "rows", "rows": steps[step](http, {**job, **scenario})}
                except ApiError as error:
                    came = {"outcome": "error", "status": error.status, "reason": error.reason, "unknown": error.unknown_carrier}
                except Exception as error:
                    traceback.print_exc()
                    came = {"outcome": "broken", "error": f"{type(error).__name__}: {error}"}
                line = {"scenario": scenario["user"], "step": step, "problems": connection.problems, **came}
                print(json.dumps(line), flush=True)


def known(*parts):
    """What a row is known by; a part that is not there is empty."""
    return "|".join("" if part is None else str(part) for part in parts)
