"""Gives an answer of the API the shape that its document promises, before a strict decoder reads it.

    table = json.load(open("schemas.json"))
    result = Normaliser(table).normalise(response.content, "preview_carrier")
    carriers = json.loads(result.text)

README.md beside this file has the rules. Python 3.8 or newer, nothing else.
"""

import json
import re

DEEPEST = 100
LONGEST_CHAIN = 64
MOST_COPIED = 1_000_000
LOST = object()

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[\]{}]', re.S)
ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.S)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[^,]*)?")
WHOLE = re.compile(r"[+-]?[0-9]+(?:\.0*)?")
DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?")
DOT_PREFIX = re.compile(r"^(?:us)?dot[ #:]*(?=[0-9]+$)", re.I)


class Refused(Exception):
    """The body cannot be used. With the code `lost-row`, `result` holds what could be read."""

    def __init__(self, code, result=None):
        super().__init__(code)
        self.code, self.result = code, result


class Result:
    def __init__(self, text, problems):
        self.text, self.problems = text, problems

    def lost(self):
        return [problem for problem in self.problems if problem[1].startswith("lost-")]


class Number(str):
    """A number with the digits that it was written with."""


class Normaliser:
    def __init__(self, table):
        self.operations, self.schemas = table["operations"], table["schemas"]

    def normalise(self, body, of):
        """`of` is an operation, a schema, or a list of one: `preview_carrier`, `CarrierData`, `[CarrierData]`."""
        operation = self.operations.get(of)
        if operation is None and of.strip("[]") not in self.schemas:
            raise ValueError(f"no operation or schema {of}")
        return _Answer(self.schemas, operation or {"answer": of}).normalise(body)


class _Answer:
    def __init__(self, schemas, operation):
        self.schemas, self.kind = schemas, operation["answer"]
        self.items, self.idempotency = operation.get("items"), operation.get("idempotency")
        self.problems, self.nulls, self.ids, self.copied = [], set(), {}, 0

    def normalise(self, body):
        tree = self.parse(self.decode(body))
        self.index(tree, "")
        value = self.root(self.resolve(tree, "", "", [], 0))
        result = Result(write(value), self.problems)
        if any(code == "lost-row" for _, code in self.problems):
            raise Refused("lost-row", result)
        return result

    def note(self, at, code):
        self.problems.append((at, code))

    # Bytes to a tree

    def decode(self, body):
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            text = body.decode("utf-8", "replace")
            self.note("", "lost-characters")
        return text.lstrip("\ufeff").strip(" \t\r\n")

    def parse(self, text):
        if text == "":
            return None
        if text in ("True", "False"):
            text = text.lower()
        depth, deepest, open_text = 0, 0, False
        for token in TOKEN.finditer(text):
            if token[0] in "[{":
                depth += 1
                deepest = max(deepest, depth)
            elif token[0] in "]}":
                depth -= 1
            else:
                open_text = token[1] == ""
        if deepest > DEEPEST:
            raise Refused("too-deep")
        whole = ESCAPE.sub(lambda escape: "\\ufffd" if escape[1] else escape[0], text)
        try:
            tree = json.loads(whole, parse_int=Number, parse_float=Number, parse_constant=self.no_constant)
            if whole != text:
                self.note("", "lost-characters")
            return tree
        except ValueError:
            pass
        if text[0] in '{["':
            raise Refused("truncated" if depth > 0 or open_text else "not-json")
        if text[0] != "<" and (self.kind == "any" or self.text_field(self.kind)):
            return text
        raise Refused("not-json")

    def no_constant(self, name):
        raise ValueError(name)

    # References

    def index(self, node, source):
        if isinstance(node, dict):
            if isinstance(node.get("$id"), str):
                self.ids.setdefault(str(node["$id"]), (node, source))
            for key, value in node.items():
                self.index(value, join(source, key))
        elif isinstance(node, list):
            for place, value in enumerate(node):
                self.index(value, join(source, place))

    def resolve(self, node, source, at, followed, depth):
        """`source` is where the node stands in the body, `at` where it stands once references are replaced."""
        if followed:
            self.copied += 1
            if self.copied > MOST_COPIED:
                raise Refused("too-large")
        if isinstance(node, list):
            node = enumerate(node)
            return [self.resolve(value, join(source, i), join(at, i), followed, self.deeper(depth)) for i, value in node]
        if not isinstance(node, dict):
            return node
        if list(node) == ["$ref"]:
            return self.follow(node["$ref"], source, at, followed, depth)
        if "$values" in node:
            if set(node) - {"$id", "$values"}:
                self.note(at, "lost-fields")
            return self.resolve(node["$values"], join(source, "$values"), at, followed, depth)
        if "$ref" in node:
            self.note(at, "lost-fields")
        fields = [(key, value) for key, value in node.items() if key not in ("$id", "$ref")]
        return {
            key: self.resolve(value, join(source, key), join(at, key), followed, self.deeper(depth))
            for key, value in fields
        }

    def follow(self, number, source, at, followed, depth):
        target, place = self.ids.get(number, (None, "")) if isinstance(number, str) else (None, "")
        followed = followed + [source]
        code = None
        if target is None:
            code = "lost-reference"
        elif len(followed) > LONGEST_CHAIN:
            code = "lost-depth"
        elif any(each == place or each.startswith(place + "/") for each in followed):
            code = "cycle"
        if code is None:
            return self.resolve(target, place, at, followed, depth)
        self.note(at, code)
        self.nulls.add(at)
        return None

    def deeper(self, depth):
        if depth >= DEEPEST:
            raise Refused("too-deep")
        return depth + 1

    # The shape of the whole answer

    def root(self, value):
        acts = self.idempotency in ("idempotent", "once")
        if isinstance(value, str) and not isinstance(value, Number) and value.strip() == "":
            value = None
        if value is None:
            if not (self.idempotency == "once" or (self.kind == "any" and acts)):
                raise Refused("empty")
            return self.nothing()
        if self.kind == "any":
            return value
        if value is True and acts:
            return self.nothing()
        return self.root_list(value) if self.kind[0] == "[" else self.root_object(value)

    def nothing(self):
        self.note("", "empty")
        return None if self.kind == "any" else {}

    def root_list(self, value):
        element = self.kind[1:-1]
        if isinstance(value, dict) and self.known(value, element):
            self.note("", "wrapped")
            return [self.fields(value, element, "")]
        if not isinstance(value, list):
            raise Refused("other-kind")
        return self.elements(value, element, "", rows=True)

    def root_object(self, value):
        at = ""
        if isinstance(value, list):
            page = len(value) == 1 and isinstance(value[0], dict) and self.items in value[0]
            if self.items and not page:
                self.note("", "wrapped")
                return {self.items: self.elements(value, self.schemas[self.kind]["fields"][self.items][1:-1], "", rows=True)}
            if len(value) != 1:
                raise Refused("several" if value else "absent")
            self.note("", "unwrapped")
            value, at = value[0], "/0"
        if isinstance(value, str) and not isinstance(value, Number) and self.text_field(self.kind):
            self.note(at, "text-as-object")
            return {self.text_field(self.kind): value}
        if not isinstance(value, dict):
            raise Refused("other-kind")
        if self.idempotency in ("read", "idempotent") and not self.known(value, self.kind):
            raise Refused("other-kind")
        value = self.fields(value, self.kind, at, self.items)
        if self.items and value.get(self.items) is None and value.get("totalCount") != "0":
            if ("lost-row") not in [code for _, code in self.problems]:
                raise Refused("no-rows")
        return value

    def text_field(self, kind):
        return self.schemas.get(kind, {}).get("text_as")

    def known(self, value, kind):
        return any(key in self.schemas[kind]["fields"] for key in value)

    # The shape of each field

    def fields(self, value, kind, at, items=None):
        kinds = self.schemas[kind]["fields"]
        return {key: self.field(each, kinds.get(key, "any"), join(at, key), key == items) for key, each in value.items()}

    def field(self, value, kind, at, rows=False):
        if value is None or kind == "any":
            return value
        if kind[0] == "[":
            shaped = self.list(value, kind[1:-1], at, rows)
        elif kind in self.schemas:
            shaped = self.object(value, kind, at)
        else:
            shaped = self.scalar(value, kind, at)
        if shaped is LOST:
            self.note(at, "lost-row" if rows else "lost-value")
            return None
        return shaped

    def list(self, value, element, at, rows):
        if isinstance(value, list):
            return self.elements(value, element, at, rows)
        takes_text = element == "text" or self.text_field(element)
        if is_text(value) and (value.strip() == "" or (not takes_text and absent(value))):
            self.note(at, "no-value")
            return None
        if isinstance(value, dict) and element != "text" and not self.known(value, element):
            return LOST
        shaped = self.element(value, element, at)
        if shaped is LOST:
            return LOST
        self.note(at, "wrapped")
        return [shaped]

    def elements(self, value, element, at, rows):
        kept, lost = [], 0
        for place, each in enumerate(value):
            here = join(at, place)
            if each is None:
                if rows:
                    lost += 1
                    self.note(here, "lost-row")
                elif here not in self.nulls:
                    self.note(here, "null-element")
                continue
            foreign = rows and isinstance(each, dict) and not self.known(each, element)
            shaped = LOST if foreign else self.element(each, element, here)
            if shaped is LOST:
                lost += 1
                self.note(here, "lost-row" if rows else "lost-element")
            else:
                kept.append(shaped)
        # A list of which nothing can be read is unknown, and not empty.
        return None if lost and not kept else kept

    def element(self, value, kind, at):
        if kind == "text":
            return self.scalar(value, kind, at)
        if isinstance(value, dict):
            return self.fields(value, kind, at)
        if is_text(value) and self.text_field(kind):
            self.note(at, "text-as-object")
            return {self.text_field(kind): value}
        return LOST

    def object(self, value, kind, at):
        if isinstance(value, list):
            there = [(place, each) for place, each in enumerate(value) if each is not None]
            if not there:
                self.note(at, "no-value")
                return None
            if len(there) > 1:
                return LOST
            shaped = self.element(there[0][1], kind, join(at, there[0][0]))
            if shaped is not LOST:
                self.note(at, "unwrapped")
            return shaped
        if is_text(value) and (value.strip() == "" or (not self.text_field(kind) and absent(value))):
            self.note(at, "no-value")
            return None
        return self.element(value, kind, at)

    def scalar(self, value, kind, at):
        if isinstance(value, (dict, list)):
            return LOST
        if kind == "text":
            return self.text(value, at)
        if is_text(value) and absent(value):
            self.note(at, "no-value")
            return None
        if kind == "boolean":
            return self.boolean(value, at)
        if isinstance(value, bool):
            return LOST
        if kind == "number":
            shaped = decimal(value)
        else:
            shaped = whole(value)
            if kind == "dot-number":
                if shaped is None and is_text(value):
                    shaped = whole(DOT_PREFIX.sub("", value.strip()))
                if shaped == "0":
                    self.note(at, "no-value")
                    return None
                good = shaped is not None and 1 <= int(shaped) <= 99_999_999
            else:
                most = 2**31 if kind == "int32" else 2**63
                good = shaped is not None and -most <= int(shaped) < most
            shaped = shaped if good else None
        if shaped is None:
            return LOST
        if is_text(value):
            self.note(at, "text-as-number")
        elif shaped != value:
            self.note(at, "whole")
        return shaped

    def text(self, value, at):
        if isinstance(value, bool):
            self.note(at, "boolean-as-text")
            return "true" if value else "false"
        if isinstance(value, Number):
            self.note(at, "number-as-text")
        return str(value)

    def boolean(self, value, at):
        if isinstance(value, bool):
            return value
        word = value.strip().lower() if is_text(value) else whole(value)
        if word not in ("yes", "y", "true", "1", "no", "n", "false", "0"):
            return LOST
        self.note(at, "text-as-boolean" if is_text(value) else "number-as-boolean")
        return word in ("yes", "y", "true", "1")


def is_text(value):
    return isinstance(value, str) and not isinstance(value, Number)


def absent(text):
    return text.strip().lower() in ("", "na", "n/a")


def ungrouped(text):
    """Digits without their thousands separators. `1,5` is more likely a decimal than fifteen, so it stays."""
    text = text.strip()
    return text.replace(",", "") if GROUPED.fullmatch(text) else text


def whole(value):
    """The whole number of a number or text, as a decoder takes it; None if it is not one."""
    if isinstance(value, Number) and re.search("[.eE]", value):
        # As far as every whole number has a float of its own.
        exact = float(value)
        return Number(int(exact)) if abs(exact) <= 2**53 and exact == int(exact) else None
    text = ungrouped(value)
    return Number(int(text.split(".")[0])) if WHOLE.fullmatch(text) and len(text) < 40 else None


def decimal(value):
    found = DECIMAL.fullmatch(ungrouped(value))
    if not found or abs(float(found[0])) == float("inf"):
        return None
    if isinstance(value, Number):
        return value
    sign, digits, fraction, exponent = (part or "" for part in found.groups())
    return Number(sign.replace("+", "") + (digits.lstrip("0") or "0") + fraction.rstrip(".") + exponent)


def join(pointer, part):
    return f"{pointer}/{str(part).replace('~', '~0').replace('/', '~1')}"


def write(value):
    if isinstance(value, dict):
        return "{" + ",".join(write(str(key)) + ":" + write(each) for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)
