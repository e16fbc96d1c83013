/**
 * Gives an answer of the API the shape that its document promises, before typed code reads it.
 *
 *     const normalise = normaliser(JSON.parse(readFileSync("schemas.json", "utf8")));
 *     const carriers = JSON.parse(normalise(await response.arrayBuffer(), "preview_carrier").text);
 *
 * README.md beside this file has the rules. ES2020, nothing else.
 */

export interface Table {
  operations: Record<string, Operation>;
  schemas: Record<string, { text_as?: string; fields: Record<string, string> }>;
}

interface Operation {
  answer: string;
  idempotency?: string;
  items?: string;
}

/** Something that was changed or lost, at a JSON pointer into the answer once its references are replaced. */
export type Problem = [at: string, code: string];

/** The answer as JSON text. Problems that begin with `lost-` cost a value. */
export interface Result {
  text: string;
  problems: Problem[];
}

/** The body cannot be used. With the code `lost-row`, `result` holds what could be read. */
export class Refused extends Error {
  constructor(readonly code: string, readonly result?: Result) {
    super(`the answer cannot be used: ${code}`);
  }
}

const DEEPEST = 100;
const LONGEST_CHAIN = 64;
const MOST_COPIED = 1_000_000;

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*("?)|[[\]{}]/gs;
const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs;
// With a text that is cut off, so that nothing in it is taken for a number.
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/gs;
const GROUPED = /^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[^,]*)?$/;
const WHOLE = /^([+-]?)([0-9]+)(?:\.0*)?$/;
const DECIMAL = /^([+-]?)(?=\.?[0-9])([0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?$/;
const DOT_NAME = /^(?:us)?dot[ #:]*([0-9]+)$/i;

/** A number with the digits that it was written with: a `number` would lose those of large ones. */
class Digits {
  constructor(readonly text: string) {}
}

/** Fields in their order. A plain object would move some names, and lose others, such as `__proto__`. */
type Fields = Map<string, Tree>;
export type Tree = null | boolean | string | Digits | Tree[] | Fields;

const LOST = Symbol("a value that its kind cannot have");
type Shaped = Tree | typeof LOST;

export type Normalise = (body: ArrayBuffer | Uint8Array, of: string) => Result;

/** The normaliser of a table. `of` is an operation, a schema, or a list of one: `preview_carrier`, `[CarrierData]`. */
export function normaliser(table: Table): Normalise {
  const own = <T>(map: Record<string, T>, key: string): T | undefined =>
    Object.prototype.hasOwnProperty.call(map, key) ? map[key] : undefined;
  return (body, of) => {
    const operation = own(table.operations, of);
    if (!operation && !own(table.schemas, of.replace(/^\[|\]$/g, ""))) {
      throw new TypeError(`no operation or schema ${of}`);
    }
    return new Answer(table.schemas, operation ?? { answer: of }).normalise(body);
  };
}

class Answer {
  private readonly problems: Problem[] = [];
  private readonly nulls = new Set<string>();
  private readonly ids = new Map<string, [node: Tree, source: string]>();
  private readonly kinds = new Map<string, { textAs?: string; fields: Map<string, string> }>();
  private copied = 0;

  constructor(private readonly schemas: Table["schemas"], private readonly operation: Operation) {
    for (const [name, schema] of Object.entries(schemas)) {
      this.kinds.set(name, { textAs: schema.text_as, fields: new Map(Object.entries(schema.fields)) });
    }
  }

  normalise(body: ArrayBuffer | Uint8Array): Result {
    try {
      return this.normalised(body);
    } catch (error) {
      // A text of many megabytes of escapes is more than a regular expression can hold.
      throw error instanceof RangeError ? new Refused("too-large") : error;
    }
  }

  private normalised(body: ArrayBuffer | Uint8Array): Result {
    const tree = this.parse(this.decode(body));
    this.index(tree, "");
    const value = this.root(this.resolve(tree, "", "", [], 0));
    const result = { text: write(value), problems: this.problems };
    if (this.has("lost-row")) throw new Refused("lost-row", result);
    return result;
  }

  private note(at: string, code: string): void {
    this.problems.push([at, code]);
  }

  private has(code: string): boolean {
    return this.problems.some((problem) => problem[1] === code);
  }

  // Bytes to a tree

  private decode(body: ArrayBuffer | Uint8Array): string {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    } catch {
      text = new TextDecoder("utf-8").decode(body);
      this.note("", "lost-characters");
    }
    return text.replace(/^\ufeff+/, "").replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  }

  private parse(given: string): Tree {
    if (given === "") return null;
    const text = given === "True" || given === "False" ? given.toLowerCase() : given;
    let [depth, deepest, open] = [0, 0, false];
    for (const [token, quote] of text.matchAll(TOKEN)) {
      if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
      else if (token === "]" || token === "}") depth--;
      else open = quote === "";
    }
    if (deepest > DEEPEST) throw new Refused("too-deep");
    const whole = text.replace(ESCAPE, (found, half) => (half === undefined ? found : "\\ufffd"));
    try {
      const tree = readTree(whole);
      if (whole !== text) this.note("", "lost-characters");
      return tree;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if ('{["'.includes(text[0])) throw new Refused(depth > 0 || open ? "truncated" : "not-json");
    if (text[0] !== "<" && (this.operation.answer === "any" || this.textField(this.operation.answer))) return text;
    throw new Refused("not-json");
  }

  // References

  private index(node: Tree, source: string): void {
    if (node instanceof Map) {
      const id = digits(node.get("$id"));
      if (id !== undefined && !this.ids.has(id)) this.ids.set(id, [node, source]);
      node.forEach((value, key) => this.index(value, join(source, key)));
    } else if (Array.isArray(node)) {
      node.forEach((value, place) => this.index(value, join(source, place)));
    }
  }

  /** `source` is where the node stands in the body, `at` where it stands once references are replaced. */
  private resolve(node: Tree, source: string, at: string, followed: string[], depth: number): Tree {
    if (followed.length > 0 && ++this.copied > MOST_COPIED) throw new Refused("too-large");
    if (depth > DEEPEST) throw new Refused("too-deep");
    if (Array.isArray(node)) {
      return node.map((value, i) => this.resolve(value, join(source, i), join(at, i), followed, depth + 1));
    }
    if (!(node instanceof Map)) return node;
    if (node.has("$ref") && node.size === 1) return this.follow(node.get("$ref"), source, at, followed, depth);
    const values = node.get("$values");
    if (values !== undefined) {
      if (node.size > (node.has("$id") ? 2 : 1)) this.note(at, "lost-fields");
      return this.resolve(values, join(source, "$values"), at, followed, depth);
    }
    if (node.has("$ref")) this.note(at, "lost-fields");
    const fields: Fields = new Map();
    for (const [key, value] of node) {
      if (key === "$id" || key === "$ref") continue;
      fields.set(key, this.resolve(value, join(source, key), join(at, key), followed, depth + 1));
    }
    return fields;
  }

  private follow(reference: Tree | undefined, source: string, at: string, followed: string[], depth: number): Tree {
    const id = digits(reference);
    const target = id === undefined ? undefined : this.ids.get(id);
    const path = [...followed, source];
    let code = "";
    if (target === undefined) code = "lost-reference";
    else if (path.length > LONGEST_CHAIN) code = "lost-depth";
    else if (path.some((each) => each === target[1] || each.startsWith(`${target[1]}/`))) code = "cycle";
    else return this.resolve(target[0], target[1], at, path, depth);
    this.note(at, code);
    this.nulls.add(at);
    return null;
  }

  // The shape of the whole answer

  private root(given: Tree): Tree {
    const { answer: kind, idempotency } = this.operation;
    const acts = idempotency === "idempotent" || idempotency === "once";
    const value = typeof given === "string" && given.trim() === "" ? null : given;
    if (value === null) {
      if (idempotency !== "once" && !(kind === "any" && acts)) throw new Refused("empty");
      return this.nothing();
    }
    if (kind === "any") return value;
    if (value === true && acts) return this.nothing();
    return kind.startsWith("[") ? this.rootList(value) : this.rootObject(value);
  }

  private nothing(): Tree {
    this.note("", "empty");
    return this.operation.answer === "any" ? null : new Map();
  }

  private rootList(value: Tree): Tree {
    const element = inner(this.operation.answer);
    if (value instanceof Map && this.known(value, element)) {
      this.note("", "wrapped");
      return [this.fields(value, element, "")];
    }
    if (!Array.isArray(value)) throw new Refused("other-kind");
    return this.elements(value, element, "", true);
  }

  private rootObject(given: Tree): Tree {
    const { answer: kind, idempotency, items } = this.operation;
    let [value, at] = [given, ""];
    if (Array.isArray(value)) {
      const page = value.length === 1 && value[0] instanceof Map && value[0].has(items ?? "");
      if (items && !page) {
        this.note("", "wrapped");
        const element = inner(this.kinds.get(kind)?.fields.get(items) ?? "");
        return new Map([[items, this.elements(value, element, "", true)]]);
      }
      if (value.length !== 1) throw new Refused(value.length === 0 ? "absent" : "several");
      this.note("", "unwrapped");
      [value, at] = [value[0], "/0"];
    }
    const field = this.textField(kind);
    if (typeof value === "string" && field) {
      this.note(at, "text-as-object");
      return new Map([[field, value]]);
    }
    if (!(value instanceof Map)) throw new Refused("other-kind");
    if (idempotency && idempotency !== "once" && !this.known(value, kind)) throw new Refused("other-kind");
    const fields = this.fields(value, kind, at, items);
    const none = digits(fields.get("totalCount")) === "0";
    if (items && (fields.get(items) ?? null) === null && !none && !this.has("lost-row")) throw new Refused("no-rows");
    return fields;
  }

  private textField(kind: string): string | undefined {
    return this.kinds.get(kind)?.textAs;
  }

  private known(value: Fields, kind: string): boolean {
    return [...value.keys()].some((key) => this.kinds.get(kind)?.fields.has(key));
  }

  // The shape of each field

  private fields(value: Fields, kind: string, at: string, items?: string): Fields {
    const kinds = this.kinds.get(kind)?.fields;
    const shaped: Fields = new Map();
    for (const [key, each] of value) {
      shaped.set(key, this.field(each, kinds?.get(key) ?? "any", join(at, key), key === items));
    }
    return shaped;
  }

  private field(value: Tree, kind: string, at: string, rows: boolean): Tree {
    if (value === null || kind === "any") return value;
    let shaped: Shaped;
    if (kind.startsWith("[")) shaped = this.list(value, inner(kind), at, rows);
    else if (this.kinds.has(kind)) shaped = this.object(value, kind, at);
    else shaped = this.scalar(value, kind, at);
    if (shaped !== LOST) return shaped;
    this.note(at, rows ? "lost-row" : "lost-value");
    return null;
  }

  private list(value: Tree, element: string, at: string, rows: boolean): Shaped {
    if (Array.isArray(value)) return this.elements(value, element, at, rows);
    const takesText = element === "text" || this.textField(element) !== undefined;
    if (typeof value === "string" && (value.trim() === "" || (!takesText && absent(value)))) {
      this.note(at, "no-value");
      return null;
    }
    if (value instanceof Map && element !== "text" && !this.known(value, element)) return LOST;
    const shaped = this.element(value, element, at);
    if (shaped === LOST) return LOST;
    this.note(at, "wrapped");
    return [shaped];
  }

  private elements(value: Tree[], element: string, at: string, rows: boolean): Tree {
    const kept: Tree[] = [];
    let lost = 0;
    value.forEach((each, place) => {
      const here = join(at, place);
      if (each === null) {
        if (rows) {
          lost++;
          this.note(here, "lost-row");
        } else if (!this.nulls.has(here)) {
          this.note(here, "null-element");
        }
        return;
      }
      const foreign = rows && each instanceof Map && !this.known(each, element);
      const shaped = foreign ? LOST : this.element(each, element, here);
      if (shaped !== LOST) {
        kept.push(shaped);
        return;
      }
      lost++;
      this.note(here, rows ? "lost-row" : "lost-element");
    });
    // A list of which nothing can be read is unknown, and not empty.
    return lost > 0 && kept.length === 0 ? null : kept;
  }

  private element(value: Tree, kind: string, at: string): Shaped {
    if (kind === "text") return this.scalar(value, kind, at);
    if (value instanceof Map) return this.fields(value, kind, at);
    const field = this.textField(kind);
    if (typeof value !== "string" || !field) return LOST;
    this.note(at, "text-as-object");
    return new Map([[field, value]]);
  }

  private object(value: Tree, kind: string, at: string): Shaped {
    if (Array.isArray(value)) {
      const there = value.flatMap((each, place) => (each === null ? [] : [place]));
      if (there.length === 0) {
        this.note(at, "no-value");
        return null;
      }
      if (there.length > 1) return LOST;
      const shaped = this.element(value[there[0]], kind, join(at, there[0]));
      if (shaped !== LOST) this.note(at, "unwrapped");
      return shaped;
    }
    if (typeof value === "string" && (value.trim() === "" || (!this.textField(kind) && absent(value)))) {
      this.note(at, "no-value");
      return null;
    }
    return this.element(value, kind, at);
  }

  private scalar(value: Tree, kind: string, at: string): Shaped {
    if (value === null || Array.isArray(value) || value instanceof Map) return LOST;
    if (kind === "text") return this.text(value, at);
    const isText = typeof value === "string";
    if (typeof value === "string" && absent(value)) {
      this.note(at, "no-value");
      return null;
    }
    if (kind === "boolean") return this.boolean(value, at);
    if (typeof value === "boolean") return LOST;
    let shaped: string | undefined;
    if (kind === "number") {
      shaped = decimal(value);
    } else {
      let exact = whole(value);
      const dot = kind === "dot-number";
      if (dot && exact === undefined && typeof value === "string") {
        exact = whole(DOT_NAME.exec(value.trim())?.[1] ?? "");
      }
      if (dot && exact === 0n) {
        this.note(at, "no-value");
        return null;
      }
      const most = kind === "int32" ? 2n ** 31n : 2n ** 63n;
      const [low, high] = dot ? [1n, 99_999_999n] : [-most, most - 1n];
      shaped = exact !== undefined && exact >= low && exact <= high ? exact.toString() : undefined;
    }
    if (shaped === undefined) return LOST;
    if (isText) this.note(at, "text-as-number");
    else if (digits(value) !== shaped) this.note(at, "whole");
    return new Digits(shaped);
  }

  private text(value: boolean | string | Digits, at: string): Tree {
    if (typeof value === "string") return value;
    this.note(at, typeof value === "boolean" ? "boolean-as-text" : "number-as-text");
    return typeof value === "boolean" ? String(value) : value.text;
  }

  private boolean(value: boolean | string | Digits, at: string): Shaped {
    if (typeof value === "boolean") return value;
    const isText = typeof value === "string";
    const word = typeof value === "string" ? value.trim().toLowerCase() : String(whole(value));
    if (!["yes", "y", "true", "1", "no", "n", "false", "0"].includes(word)) return LOST;
    this.note(at, isText ? "text-as-boolean" : "number-as-boolean");
    return ["yes", "y", "true", "1"].includes(word);
  }
}

/**
 * JSON text as a tree. `JSON.parse` would round numbers, so each is given to it as a text: with `#` before it, and every
 * real text with `"` before it.
 */
export function readTree(text: string): Tree {
  const marked = text.replace(TEXT_OR_NUMBER, (found) => (found[0] === '"' ? `"\\"${found.slice(1)}` : `"#${found}"`));
  return unmarked(JSON.parse(marked));
}

function unmarked(value: unknown): Tree {
  if (typeof value === "string") return value[0] === "#" ? new Digits(value.slice(1)) : value.slice(1);
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== "object" || value === null) return value as Tree;
  return new Map(
    Object.entries(value).map(([key, each]) => {
      if (key[0] === "#") throw new SyntaxError("a number in place of a name");
      return [key.slice(1), unmarked(each)];
    }),
  );
}

function digits(value: Tree | undefined): string | undefined {
  return value instanceof Digits ? value.text : typeof value === "string" ? value : undefined;
}

function inner(kind: string): string {
  return kind.replace(/^\[|\]$/g, "");
}

function absent(text: string): boolean {
  return ["", "na", "n/a"].includes(text.trim().toLowerCase());
}

/** Digits without their thousands separators. `1,5` is more likely a decimal than fifteen, so it stays. */
function ungrouped(text: string): string {
  return GROUPED.test(text.trim()) ? text.trim().replace(/,/g, "") : text.trim();
}

/** The whole number of a number or text, as a decoder takes it. */
function whole(value: string | Digits): bigint | undefined {
  if (value instanceof Digits && /[.eE]/.test(value.text)) {
    // As far as every whole number has a float of its own.
    const exact = Number(value.text);
    return Number.isInteger(exact) && Math.abs(exact) <= 2 ** 53 ? BigInt(exact) : undefined;
  }
  const found = WHOLE.exec(ungrouped(digits(value) ?? ""));
  if (!found || found[2].length > 40) return undefined;
  return found[1] === "-" ? -BigInt(found[2]) : BigInt(found[2]);
}

function decimal(value: string | Digits): string | undefined {
  const found = DECIMAL.exec(ungrouped(digits(value) ?? ""));
  if (!found || !Number.isFinite(Number(found[0]))) return undefined;
  if (value instanceof Digits) return value.text;
  const [, sign, digitsBefore, fraction = "", exponent = ""] = found;
  return sign.replace("+", "") + (digitsBefore.replace(/^0+/, "") || "0") + fraction.replace(/\.$/, "") + exponent;
}

function join(pointer: string, part: string | number): string {
  return `${pointer}/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`;
}

/** A tree as JSON text. */
export function write(value: Tree): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${write(each)}`).join(",")}}`;
}
