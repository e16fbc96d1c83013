// The program under test, and calls to it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export async function start(...options) {
  const program = process.env.SANDBOX_BIN ?? "mycarrierpackets-sandbox";
  const given = [...(options.includes("--port") ? [] : ["--port", "0"]), "--carriers", "200", "--time", "2026-03-18T12:00:00Z", "--exit-on-stdin-close", ...options];
  const child = spawn(program, given, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const ready = JSON.parse(line);

  async function signIn(username = "demo") {
    const form = new URLSearchParams({ grant_type: "password", username, password: "demo" });
    const answer = await fetch(`${ready.api}/token`, { method: "POST", body: form });
    return (await answer.json()).access_token;
  }

  async function call(token, operation, query) {
    const url = `${ready.api}/api/v1/Carrier/${operation}?${new URLSearchParams(query)}`;
    return fetch(url, { method: "POST", headers: { authorization: `bearer ${token}`, "content-length": "0" } });
  }

  async function stop() {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  }

  return { ...ready, signIn, call, stop };
}
