// The log of calls, live.

import { beside, opener } from "./beside.js";
import { call as shown } from "./call.js";
import { api, button, choice, draw, field, h, moment, operations, problem, query, status, table } from "./dom.js";
import { follow } from "./follow.js";
import { place, refine, reflect, within } from "./place.js";

const SHOWN = 200;

// How long a call took, in words that fit a column.
export function duration(ms) {
  if (ms === null) return "";
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function requests() {
  const text = (name) => h("input", { placeholder: "any", size: 12, oninput: (event) => again({ [name]: event.target.value.trim() }, true) });
  const controls = {
    operation: choice([["", "any"]], "", (event) => again({ operation: event.target.value })),
    customer: text("customer"),
    status: text("status"),
  };
  const filter = () => {
    const { operation, customer, status: wanted } = place().filter;
    return { operation, customer, status: wanted };
  };
  const calls = follow(SHOWN, filter, async (after) => {
    const found = await api("GET", `/requests${query({ ...filter(), after, limit: SHOWN })}`);
    return { items: found.requests };
  }, (call) => call.durationMs === null);
  const list = h("div");
  const detail = h("section", { class: "card detail", "aria-label": "Call", hidden: true });
  const clear = button("Clear", async () => { await api("DELETE", "/requests"); await again({}); });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Calls" },
      h("div", { class: "tools" }, field("Operation", controls.operation), field("Customer", controls.customer), field("Status", controls.status), clear),
      list),
    detail);
  const opened = opener(detail, list, more, look);
  let waiting = false;

  async function again(changes, typed) {
    refine(changes, typed);
    await more().then(() => problem(null), problem);
  }

  async function more() {
    if (await calls.more()) rows();
  }

  function rows() {
    const row = (call) => h("tr", { class: String(call.number) === opened.chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: within(call.number) }, String(call.number))),
      h("td", { class: "exact" }, moment(call.at).slice(11)),
      h("td", {}, call.customer ?? ""),
      h("td", {}, call.operation || call.path),
      h("td", { class: "long" }, call.query.map(([name, value]) => `${name}=${value}`).join("  ")),
      h("td", {}, status(call.status)),
      h("td", { class: "number" }, duration(call.durationMs)),
      h("td", { class: "warn" }, call.fault ?? ""));
    draw(list, [calls.all, opened.chosen, place().filter], () => table("Calls", ["No. #", "At", "Customer", "Operation", "Request", "Status", "Took #", "Fault"],
      [...calls.all].reverse().map(row), "No call has come. This page shows them as they do."));
  }

  async function look(number) {
    const [call, sandbox] = await Promise.all([api("GET", `/requests/${encodeURIComponent(number)}`), api("GET", "")]);
    if (number !== opened.chosen) return;
    waiting = call.durationMs === null;
    beside(detail, call, `Call ${call.number}: ${call.operation || "unknown path"}`, () => shown(call, sandbox, duration));
  }

  async function names() {
    const all = ["token", ...await operations()];
    controls.operation.append(...all.map((name) => h("option", { value: name }, name)));
    reflect(controls);
  }

  names().catch(() => {});
  return {
    element: split,
    async open(item) {
      reflect(controls);
      await opened.open(item);
    },
    follow: {
      topics: ["request"],
      async fill() {
        await more();
        if (waiting && opened.chosen !== null) await look(opened.chosen);
      },
    },
  };
}
