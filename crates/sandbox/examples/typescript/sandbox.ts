// A sandbox as a child process, and what tests tell it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";

export interface Carrier {
  dot: number;
  name: string;
  packet: boolean;
}

export interface Call {
  number: number;
  status: number | null;
  query: [string, string][];
}

export interface Delivery {
  id: number;
  state: "waiting" | "delivered" | "failed";
}

export class Sandbox {
  private constructor(readonly api: string, private readonly child: ChildProcess) {}

  static async start(): Promise<Sandbox> {
    const program = process.env["SANDBOX_BIN"] ?? "mycarrierpackets-sandbox";
    const options = ["--port", "0", "--carriers", "50", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close"];
    // Its input closes with this process, and it ends then, however the tests end.
    const child = spawn(program, options, { stdio: ["pipe", "pipe", "inherit"] });
    const said = createInterface({ input: child.stdout });
    // Of a program that is not there, or ends without a word, no line comes.
    const line = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      said.once("line", resolve);
      said.once("close", () => resolve(""));
    });
    try {
      return new Sandbox((JSON.parse(line) as { api: string }).api, child);
    } catch (cause) {
      child.kill();
      throw new Error(`${program} did not say where it listens, but "${line}": is SANDBOX_BIN the sandbox?`, { cause });
    }
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }

  // A call of the control API, which spec/sandbox.yaml documents.
  async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.api}/__sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  // Back to the state at the start: carriers, customers, clock, faults, calls and webhooks.
  async reset(): Promise<void> {
    await this.control("POST", "reset");
  }

  // Moves the clock, which all customers share; its time. Tokens expire in the time skipped, too.
  async skip(seconds: number): Promise<string> {
    return (await this.control<{ now: string }>("POST", "clock", { advanceSeconds: seconds })).now;
  }

  // Sends an event to a webhook now.
  async send(webhook: number, event: string): Promise<Delivery> {
    return this.control<Delivery>("POST", `webhooks/${webhook}/events`, { event });
  }

  async customer(name: string): Promise<Customer> {
    const customer = new Customer(this, name);
    await customer.signIn();
    return customer;
  }
}

// Every user name is a customer of its own, so tests can run side by side.
export class Customer {
  private token = "";

  constructor(private readonly sandbox: Sandbox, readonly name: string) {}

  async signIn(): Promise<void> {
    const form = new URLSearchParams({ grant_type: "password", username: this.name, password: "demo" });
    const response = await fetch(`${this.sandbox.api}/token`, { method: "POST", body: form });
    if (!response.ok) throw new Error(`${this.name} was not signed in: ${response.status} ${await response.text()}`);
    this.token = ((await response.json()) as { access_token: string }).access_token;
  }

  async call(operation: string, query: Record<string, string>): Promise<Response> {
    const url = `${this.sandbox.api}/api/v1/Carrier/${operation}?${new URLSearchParams(query)}`;
    return fetch(url, { method: "POST", headers: { authorization: `bearer ${this.token}` } });
  }

  // Has calls of this customer's fail, by a rule such as { kind: "status", code: 503, first: 1 }.
  async fail(rule: Record<string, string | number>): Promise<void> {
    await this.sandbox.control("POST", "faults", { ...rule, customer: this.name });
  }

  // Has this customer's events sent to an address; the number of the webhook.
  async subscribe(url: string, secret: string): Promise<number> {
    const wanted = { url, secret, customer: this.name };
    return (await this.sandbox.control<{ id: number }>("POST", "webhooks", wanted)).id;
  }

  // What the sandbox saw of this customer.
  async calls(operation: string): Promise<Call[]> {
    const query = new URLSearchParams({ operation, customer: this.name });
    return (await this.sandbox.control<{ requests: Call[] }>("GET", `requests?${query}`)).requests;
  }
}

export interface Posted {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

// A subscriber to webhooks.
export async function receiver(): Promise<{ url: string; posted: Posted[]; close: () => void }> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    // The signature is of the bytes: parts made text one by one would lose a character that two of them share.
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      posted.push({ headers: request.headers, body: Buffer.concat(parts) });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/mcp`, posted, close };
}
