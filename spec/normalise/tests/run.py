"""Runs the vectors through normalise.py: run.py VECTORS TABLE LEAST."""

import base64
import json
import pathlib
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from normalise import Normaliser, Number, Refused, write  # noqa: E402

folder, table, least = sys.argv[1:4]
normaliser = Normaliser(json.loads(pathlib.Path(table).read_text("utf-8")))


def body(vector):
    if "base64" in vector:
        return base64.b64decode(vector["base64"])
    return (vector["text"] if "text" in vector else write(vector["answer"])).encode()


def outcome(given, of):
    try:
        result, error = normaliser.normalise(given, of), None
    except Refused as refused:
        result, error = refused.result, refused.code
    return error, result and result.text, sorted(result.problems) if result else []


def expected(vector):
    output = write(vector["output"]) if "output" in vector else None
    return vector.get("error"), output, sorted((at, code) for at, code in vector.get("problems", []))


vectors = []
for file in sorted(pathlib.Path(folder).glob("*.json")):
    text = file.read_text("utf-8")
    vectors += json.loads(text, parse_int=Number, parse_float=Number).get("vectors", [])

failed = 0
for vector in vectors:
    found = outcome(body(vector), vector["of"])
    if found != expected(vector):
        failed += 1
        print(f"{vector['name']}:\n  expected {expected(vector)}\n  found    {found}")

PARTS = [b'{"$ref":"1"}', b'"$id":"1",', b'"$values":', b"[", b"]", b"{", b"}", b'"', b"\\", b"\xff", b"\\ud800", b"1e999", b"-", b"null", b",", b""]
quick = [vector for vector in vectors if vector.get("error") != "too-large"]
dice = random.Random(7)
for _ in range(2000):
    vector = dice.choice(quick)
    given = body(vector)
    for _ in range(dice.randint(1, 3)):
        start, end = sorted(dice.randint(0, len(given)) for _ in range(2))
        end = min(end, start + dice.choice([0, 1, 20]))
        given = given[:start] + dice.choice(PARTS + [given[start:end] * 2]) + given[end:]
    try:
        json.loads(outcome(given, vector["of"])[1] or "null")
    except Exception as error:
        failed += 1
        print(f"{vector['name']}, changed: {error!r}: {base64.b64encode(given).decode()}")

print(f"python: {len(vectors)} vectors, 2000 changed bodies, {failed} failed")
sys.exit(failed > 0 or len(vectors) < int(least))
