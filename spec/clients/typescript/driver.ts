// Takes the steps of a job through a generated client, and prints a line of JSON for each.

import { readFileSync } from "node:fs";
import { ApiError, Connection, type Options } from "./connection.js";
import type { Normalise } from "./normalise.js";

export interface Job {
  base: string;
  user: string;
  dot: number;
  unknown: number;
  document: string;
  pageSize: number;
  from: string;
  to: string;
}

interface Plan extends Job {
  normalise: boolean;
  attempts: number;
  longestWait: number;
  scenarios: { user: string; steps: string[] }[];
}

/** Answers what the rows are known by. */
export type Step = (fetch: Connection["fetch"], job: Job) => Promise<string[]>;

// In place of the normaliser, to show what is lost without it.
const asItComes: Normalise = (body) => ({ text: new TextDecoder().decode(body), problems: [] });

/** Does the job whose file the command line names. */
export async function run(steps: Record<string, Step>): Promise<void> {
  const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Plan;
  const table = JSON.parse(readFileSync("schemas.json", "utf8")) as Options["table"];
  for (const { user, steps: names } of plan.scenarios) {
    let problems: Record<string, number> = {};
    const { fetch } = new Connection({
      ...plan, user, password: "demo", table,
      report: (_, found) => found.forEach(([, code]) => { problems[code] = (problems[code] ?? 0) + 1; }),
      ...(plan.normalise ? { normalise: undefined } : { normalise: asItComes }),
    } as Options);
    for (const name of names) {
      problems = {};
      const step = steps[name];
      if (!step) throw new Error(`no step ${name}`);
      const came = await step(fetch, { ...plan, user }).then(
        (rows) => ({ outcome: "rows", rows }),
        (error: unknown) =>
          error instanceof ApiError
            ? { outcome: "error", status: error.status, reason: error.reason, unknown: error.unknownCarrier }
            : { outcome: "broken", error: String(error) },
      );
      console.log(JSON.stringify({ scenario: user, step: name, problems, ...came }));
    }
  }
}

/** What a row is known by; a part that is not there is empty. */
export function known(...parts: unknown[]): string {
  return parts.map((part) => (part === null || part === undefined ? "" : String(part))).join("|");
}

/** What all rows are known by. */
export async function all<T>(rows: AsyncIterable<T>, name: (row: T) => string): Promise<string[]> {
  const names: string[] = [];
  for await (const row of rows) names.push(name(row));
  return names;
}
