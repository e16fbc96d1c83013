/**
 * What stands between a generated client and the API: one token, answers in their documented shape, retries, errors.
 *
 *     const connection = new Connection({ base, user, password, table });
 *     const client = createClient<paths>({ baseUrl: base, fetch: connection.fetch });
 *
 * Give its `fetch` to any client that takes one. Whatever that calls either decodes or throws an `ApiError`.
 */

import { type Normalise, type Problem, Refused, type Table, normaliser } from "./normalise.js";

type Reason =
  | "api" // an error of the API itself
  | "page" // a page of something before it
  | "connection" // no answer at all
  | "answer" // a 200 that cannot be used
  | "refused"; // a 200 that says no

/** The API, or a gateway before it, did not answer with what was asked for. `status` is null without an answer. */
export class ApiError extends Error {
  constructor(readonly status: number | null, readonly reason: Reason, readonly words = "") {
    super(`${status ?? "no answer"}: ${words || reason}`);
  }

  /** The API's own 404. A gateway's, or one for a wrong address, says nothing about the carrier. */
  get unknownCarrier(): boolean {
    return this.status === 404 && this.reason === "api" && !this.words.startsWith("No HTTP resource");
  }
}

export interface Options {
  base: string;
  user: string;
  password: string;
  /** The content of schemas.json. */
  table: Table & { operations: Record<string, { path: string }> };
  attempts?: number;
  /** The most that is waited between two attempts, in seconds. */
  longestWait?: number;
  /** Takes what was changed or lost in an answer. Count the codes that begin with `lost-`. */
  report?: (operation: string, problems: Problem[]) => void;
  normalise?: Normalise;
}

interface Operation {
  name: string | null;
  idempotency?: string;
}

export class Connection {
  private readonly operations = new Map<string, Operation>();
  private readonly normalise: Normalise;
  private token: Promise<string> | null = null;
  private refreshToken: string | null = null;
  private expires = 0;

  constructor(private readonly options: Options) {
    this.normalise = options.normalise ?? normaliser(options.table);
    for (const [name, { path, idempotency }] of Object.entries(options.table.operations)) {
      this.operations.set(path, { name, ...(idempotency === undefined ? {} : { idempotency }) });
    }
  }

  /** Sends a request with the token, and gives back an answer that a decoder can rely on. */
  readonly fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = request.body === null ? null : await request.arrayBuffer();
    const called = this.operations.get(new URL(request.url).pathname) ?? { name: null, idempotency: "read" };
    for (let attempt = 1; ; attempt++) {
      const after: { seconds?: number } = {};
      try {
        return await this.once(request, body, called, after);
      } catch (error) {
        if (attempt === (this.options.attempts ?? 4) || !repeatable(error, called)) throw error;
      }
      const seconds = Math.min(after.seconds ?? 0.5 * 2 ** (attempt - 1), this.options.longestWait ?? 60);
      await new Promise((resolve) => setTimeout(resolve, Math.max(seconds, 0) * 1000));
    }
  };

  private async once(request: Request, body: ArrayBuffer | null, called: Operation, after: { seconds?: number }): Promise<Response> {
    const headers = new Headers(request.headers);
    const token = called.name === "request_token" ? null : this.currentToken();
    if (token) headers.set("authorization", `bearer ${await token}`);
    const { method, url, signal } = request;
    // A page to sign in is no answer; following it would only hide that.
    const [response, content] = await this.send(url, { method, headers, body, signal, redirect: "manual" });
    const seconds = retryAfter(response.headers.get("retry-after"));
    if (seconds !== null) after.seconds = seconds;
    if (response.status === 401 && this.token === token) this.token = null;
    return this.good(response, content, called.name);
  }

  private async send(url: string, init: RequestInit): Promise<[Response, ArrayBuffer]> {
    try {
      const response = await fetch(url, init);
      return [response, await response.arrayBuffer()];
    } catch (error) {
      throw new ApiError(null, "connection", String(error));
    }
  }

  private good(response: Response, body: ArrayBuffer, name: string | null): Response {
    const words = message(new TextDecoder().decode(body));
    if (!response.ok) throw new ApiError(response.status, words === null ? "page" : "api", words ?? "");
    const headers = new Headers(response.headers);
    for (const header of ["content-length", "content-encoding"]) headers.delete(header);
    if (name === null) {
      if (!isDocument(new Uint8Array(body))) throw new ApiError(response.status, "answer", "not a whole document");
      return new Response(body, { status: response.status, headers });
    }
    let text: string;
    try {
      const result = this.normalise(body, name);
      this.options.report?.(name, result.problems);
      text = result.text;
    } catch (error) {
      // What cannot be used is often a no: the words are in the body.
      if (error instanceof Refused) throw new ApiError(response.status, "answer", words || error.code);
      throw error;
    }
    const said = parsed(text);
    if (isObject(said) && [said["Success"], said["succeeded"], said["Result"]].includes(false)) {
      throw new ApiError(response.status, "refused", words ?? "");
    }
    headers.set("content-type", "application/json");
    return new Response(text, { status: response.status, headers });
  }

  /** All callers share one renewal. */
  private currentToken(): Promise<string> {
    if (this.token === null || Date.now() >= this.expires) {
      this.expires = Infinity;
      const renewed = this.renew();
      this.token = renewed;
      renewed.catch(() => {
        if (this.token === renewed) this.token = null;
      });
    }
    return this.token;
  }

  private async renew(): Promise<string> {
    const refresh_token = this.refreshToken;
    this.refreshToken = null;
    if (refresh_token) {
      try {
        return await this.grant({ grant_type: "refresh_token", refresh_token });
      } catch {
        // The password is always good.
      }
    }
    return this.grant({ grant_type: "password", username: this.options.user, password: this.options.password });
  }

  private async grant(form: Record<string, string>): Promise<string> {
    const [response, content] = await this.send(`${this.options.base}/token`, { method: "POST", body: new URLSearchParams(form) });
    const given = parsed(await this.good(response, content, "request_token").text());
    const token = isObject(given) ? given["access_token"] : null;
    if (!isObject(given) || typeof token !== "string" || !token) throw new ApiError(200, "answer", "no token in the answer");
    this.refreshToken = typeof given["refresh_token"] === "string" ? given["refresh_token"] : null;
    this.expires = Date.now() + (Number(given["expires_in"] ?? 3600) - 60) * 1000;
    return token;
  }
}

// An operation that acts again each time is repeated only if it cannot have acted.
function repeatable(error: unknown, called: Operation): boolean {
  if (!(error instanceof ApiError)) return false;
  if (called.idempotency === "once" && error.status !== 401 && error.status !== 429) return false;
  return [null, 401, 408, 429, 500, 502, 503, 504].includes(error.status) || error.reason === "page" || error.reason === "answer";
}

function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^[0-9]+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : seconds;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The words of an answer that says what went wrong; null if it is not the API's own. */
function message(text: string): string | null {
  const said = parsed(text);
  if (!isObject(said)) return null;
  const words = ["Message", "message", "error_description", "error"].map((key) => said[key]);
  return words.find((word): word is string => typeof word === "string" && word !== "") ?? "";
}

/** Whether it is a whole PDF, PNG or JPEG: half a file and a page of a gateway are not. */
export function isDocument(body: Uint8Array): boolean {
  const text = (from: number, to?: number): string => Buffer.from(body.subarray(from < 0 ? Math.max(0, body.length + from) : from, to)).toString("latin1");
  return (
    (text(0, 64).trimStart().startsWith("%PDF-") && text(-1024).includes("%%EOF")) ||
    (text(0, 8) === "\x89PNG\r\n\x1a\n" && text(-8).startsWith("IEND")) ||
    (text(0, 3) === "\xff\xd8\xff" && text(-2) === "\xff\xd9")
  );
}

/**
 * Each row of all pages. `fetch` takes the number of a page, and answers its rows and how many pages there are.
 *
 * The end is where the totals say, not where a page is short; where there are no totals, it is an empty page.
 */
export async function* pages<T>(fetch: (page: number) => Promise<[rows: T[], total: number | null]>): AsyncGenerator<T> {
  for (let page = 1; ; page++) {
    const [rows, total] = await fetch(page);
    yield* rows;
    if (rows.length === 0 || (total !== null && page >= total)) return;
  }
}

/** The number of pages in an X-Pagination header; null if it is missing or malformed. */
export function totalPages(header: string | null): number | null {
  const at = parsed(header ?? "");
  return isObject(at) && typeof at["totalPages"] === "number" ? at["totalPages"] : null;
}
