/** Runs the vectors through normalise.ts: node run.js VECTORS TABLE LEAST. */

import { readFileSync, readdirSync } from "node:fs";
import { Refused, normaliser, readTree, write, type Problem, type Tree } from "./normalise.js";

type Vector = Map<string, Tree>;

const [folder, table, least] = process.argv.slice(2);
const normalise = normaliser(JSON.parse(readFileSync(table, "utf8")));

const vectors: Vector[] = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  const list = (readTree(readFileSync(`${folder}/${file}`, "utf8")) as Map<string, Tree>).get("vectors");
  if (Array.isArray(list)) vectors.push(...(list as Vector[]));
}

function body(vector: Vector): Buffer {
  const encoded = vector.get("base64");
  if (encoded !== undefined) return Buffer.from(encoded as string, "base64");
  const text = vector.get("text");
  return Buffer.from(text === undefined ? write(vector.get("answer") ?? null) : (text as string));
}

/** The error, the output and the problems, a line each. */
function lines(code: string, output: string, problems: Problem[]): string {
  return `${code}\n  ${output}\n  ${problems.map((problem) => problem.join(" ")).sort().join(", ")}`;
}

function outcome(given: Uint8Array, of: string): string {
  try {
    const result = normalise(given, of);
    JSON.parse(result.text);
    return lines("", result.text, result.problems);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return lines(error.code, error.result?.text ?? "", error.result?.problems ?? []);
  }
}

function expected(vector: Vector): string {
  const output = vector.get("output");
  const problems = (vector.get("problems") ?? []) as unknown as Problem[];
  return lines((vector.get("error") ?? "") as string, output === undefined ? "" : write(output), problems);
}

let failed = 0;
for (const vector of vectors) {
  const found = outcome(body(vector), vector.get("of") as string);
  if (found !== expected(vector)) {
    failed++;
    console.log(`${vector.get("name")}:\n expected ${expected(vector)}\n found    ${found}`);
  }
}

let state = 7;
const dice = (sides: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * sides);
};
const PARTS = ['{"$ref":"1"}', '"$id":"1",', '"$values":', "[", "]", "{", "}", '"', "\\", "\xff", "\\ud800", "1e999", "-", "null", ",", ""];
const quick = vectors.filter((vector) => vector.get("error") !== "too-large");
for (let n = 0; n < 2000; n++) {
  const vector = quick[dice(quick.length)];
  let given = body(vector);
  for (let edits = dice(3); edits >= 0; edits--) {
    const start = dice(given.length + 1);
    const end = Math.min(given.length, start + [0, 1, 20][dice(3)]);
    const cut = given.subarray(start, end);
    const part = dice(17);
    const put = part === 16 ? Buffer.concat([cut, cut]) : Buffer.from(PARTS[part], "latin1");
    given = Buffer.concat([given.subarray(0, start), put, given.subarray(end)]);
  }
  try {
    outcome(given, vector.get("of") as string);
  } catch (error) {
    failed++;
    console.log(`${vector.get("name")}, changed: ${error}: ${given.toString("base64")}`);
  }
}

console.log(`typescript: ${vectors.length} vectors, 2000 changed bodies, ${failed} failed`);
process.exit(failed > 0 || vectors.length < Number(least) ? 1 : 0);
