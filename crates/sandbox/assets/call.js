// One call: what was asked and answered, as a curl command, and asked again.

import { api, button, copy, h, moment, pretty, query, root, status } from "./dom.js";

const OWN_HEADERS = ["accept", "content-type", "if-none-match"];
const PORTAL = ["portal token", "CarrierPacket"];

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const base = (call, sandbox) => (PORTAL.includes(call.operation) ? sandbox.portal : sandbox.api);
const asked = ({ query: pairs }) => (pairs.length ? `?${new URLSearchParams(pairs)}` : "");
const sent = (pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join("\n");

// Secrets stay out of it: they are left to the variables MCP_TOKEN and MCP_PASSWORD.
export function curl(call, sandbox) {
  const hidden = (text) => text.replaceAll(/(password=)[^&]*/g, "$1$MCP_PASSWORD").replaceAll(/(refresh_token=)[^&]*/g, "$1$MCP_REFRESH_TOKEN");
  const secret = (text) => (/\$MCP_/.test(text) ? `"${text.replaceAll(/(["\\`])/g, "\\$1")}"` : quoted(text));
  const url = hidden(`${base(call, sandbox)}${call.path}${asked(call)}`);
  const parts = [`curl -X ${call.method} ${secret(url)}`];
  const headers = new Map(call.headers);
  if (headers.has("authorization")) parts.push('-H "authorization: bearer $MCP_TOKEN"');
  for (const name of OWN_HEADERS) if (headers.has(name)) parts.push(`-H ${quoted(`${name}: ${headers.get(name)}`)}`);
  if (call.body) parts.push(`--data-raw ${secret(hidden(call.body))}`);
  else if (call.method === "POST") parts.push("-H 'content-length: 0'");
  return parts.join(" \\\n  ");
}

// What an operation is to do more than once: read, idempotent or once, as the document has it.
async function effect(call) {
  const { paths } = await (await fetch(`${root}/openapi.json`)).json();
  const found = Object.entries(paths).find(([path]) => path.toLowerCase() === call.path.toLowerCase()
    || path.toLowerCase().split("{")[0] === call.path.toLowerCase().replace(/\d+$/, ""));
  return found?.[1][call.method.toLowerCase()]?.["x-mcp-idempotency"] ?? "unknown";
}

async function token(call, sandbox) {
  const form = new URLSearchParams({ grant_type: "password", username: call.customer, password: sandbox.password });
  const answer = PORTAL.includes(call.operation) ? await fetch(`${sandbox.portal}/api/token?${form}`) : await fetch(`${root}/token`, { method: "POST", body: form });
  if (!answer.ok) throw new Error(`No token for ${call.customer}: the sandbox answers ${answer.status}. End its faults first.`);
  return (await answer.json()).access_token;
}

// Asks the same again, as the customer who asked it.
async function replay(call, sandbox) {
  if (call.bodiesDropped || call.body.length >= 256 * 1024) throw new Error("The body of this call is no longer there, so it cannot be asked again.");
  if (/token$/.test(call.operation)) throw new Error("A call for a token holds a password, which the log does not keep: sign in again instead.");
  if (await effect(call) !== "read" && !confirm(`${call.operation || call.path} changes something or sends a message. Ask it again as ${call.customer ?? "nobody"}?`)) return;
  const headers = {};
  for (const [name, value] of call.headers) if (OWN_HEADERS.includes(name)) headers[name] = value;
  if (call.customer) headers.authorization = `bearer ${await token(call, sandbox)}`;
  const origin = PORTAL.includes(call.operation) ? sandbox.portal : root;
  const body = ["GET", "HEAD"].includes(call.method) ? undefined : call.body;
  const url = `${origin}${call.path}${asked(call)}`;
  await fetch(url, { method: call.method, headers, body }).catch(() => {});
  const { requests } = await api("GET", `/requests${query({ operation: call.operation, limit: 1 })}`);
  if (requests.length) location.hash = `#/requests/${requests[0].number}`;
}

export function call(own, sandbox, duration) {
  const command = curl(own, sandbox);
  const shell = h("pre", { tabIndex: 0 }, command);
  const fact = (term, ...value) => h("tr", {}, h("th", { scope: "row" }, term), h("td", {}, ...value));
  const parts = [
    h("table", { "aria-label": "The call" }, h("tbody", {},
      fact("Status", status(own.status), own.fault ? h("span", { class: "tag warn gap" }, own.fault) : null),
      fact("Customer", own.customer ?? "none: without a valid token"),
      fact("Sandbox's time", `${moment(own.at)} UTC`),
      fact("Real time", `${moment(own.cameAt)} UTC`),
      fact("Took", own.durationMs === null ? "not over yet" : duration(own.durationMs)))),
    h("div", { class: "buttons" }, copy(command, shell, "Copy as curl"), button("Replay", () => replay(own, sandbox))),
    h("details", {}, h("summary", {}, "As curl"), shell),
    h("h3", {}, "Request"),
    h("pre", { tabIndex: 0 }, `${own.method} ${own.path}${asked(own)}\n${sent(own.headers)}${own.body ? `\n\n${pretty(own.body)}` : ""}`),
    h("h3", {}, "Response"),
  ];
  if (own.answer) {
    parts.push(h("pre", { tabIndex: 0 }, sent(own.answer.headers)),
      h("pre", { tabIndex: 0 }, pretty(own.answer.body) || (own.bodiesDropped ? "(dropped to make room for later calls)" : "(no body)")),
      h("p", { class: "soft" }, `${own.answer.size} bytes before compression`));
  } else {
    parts.push(h("p", { class: "empty" }, own.status === null ? "There is no answer, or not yet." : ""));
  }
  return parts;
}
