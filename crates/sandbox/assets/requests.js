// The log of calls, live.

import { api, beside, button, choice, closed, draw, field, h, moment, operations, pretty, query, status, table } from "/dom.js";

const SHOWN = 200;

export function requests() {
  const filter = { operation: "", customer: "", status: "" };
  let calls = [];
  let asked = 0;
  let chosen = null;
  let waiting = false;
  const text = (name, placeholder) => h("input", {
    placeholder, oninput: (event) => { filter[name] = event.target.value.trim(); again(); },
  });
  const chosenOperation = h("span");
  const list = h("div");
  const detail = h("section", { class: "card detail", "aria-label": "Call", hidden: true });
  const clear = button("Clear", async () => { await api("DELETE", "/requests"); again(); });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Calls" },
      h("div", { class: "tools" }, chosenOperation, field("Customer", text("customer", "any")), field("Status", text("status", "any")), clear),
      list),
    detail);

  async function again() {
    calls = [];
    rows();
    await more().catch(() => {});
  }

  async function more() {
    const mine = ++asked;
    const since = async (after) => (await api("GET", `/requests${query({ ...filter, after, limit: SHOWN })}`)).requests;
    // Asked for from the first one on that may still get its answer; the newest is there again, unless the log was cleared.
    const open = calls.filter((call) => call.status === null).map((call) => call.number);
    const from = calls.length ? Math.min(calls.at(-1).number, ...open) : 1;
    let found = await since(from - 1);
    let kept = calls.filter((call) => call.number < from);
    if (calls.length && found[0]?.number !== from) {
      kept = [];
      found = await since(0);
    }
    // A later question has the later answer.
    if (mine !== asked) return;
    calls = [...kept, ...found].slice(-SHOWN);
    rows();
  }

  function rows() {
    const row = (call) => h("tr", { class: String(call.number) === chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: `#/requests/${call.number}` }, String(call.number))),
      h("td", { class: "exact" }, moment(call.at).slice(11)),
      h("td", {}, call.customer ?? ""),
      h("td", {}, call.operation || call.path),
      h("td", { class: "long" }, call.query.map(([name, value]) => `${name}=${value}`).join("  ")),
      h("td", {}, status(call.status)),
      h("td", { class: "warn" }, call.fault ?? ""));
    draw(list, [calls, chosen], () => table("Calls", ["No. #", "At", "Customer", "Operation", "Request", "Status", "Fault"], [...calls].reverse().map(row),
      "No call has come. This page shows them as they do."));
  }

  async function look(number) {
    const call = await api("GET", `/requests/${encodeURIComponent(number)}`);
    if (number !== chosen) return;
    waiting = call.status === null;
    const headers = (pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join("\n");
    const parts = [
      h("p", {}, status(call.status), call.fault ? h("span", { class: "tag warn" }, call.fault) : null,
        ` ${moment(call.at)}, ${call.customer ?? "without a valid token"}`),
      h("h3", {}, "Request"),
      h("pre", { tabIndex: 0 }, `${call.method} ${call.path}${query(Object.fromEntries(call.query))}\n${headers(call.headers)}${call.body ? `\n\n${pretty(call.body)}` : ""}`),
      h("h3", {}, "Response"),
    ];
    if (call.answer) {
      parts.push(h("pre", { tabIndex: 0 }, headers(call.answer.headers)),
        h("pre", { tabIndex: 0 }, pretty(call.answer.body) || (call.bodiesDropped ? "(dropped to make room for later calls)" : "(no body)")),
        h("p", { class: "soft" }, `${call.answer.size} bytes before compression`));
    } else {
      parts.push(h("p", { class: "empty" }, call.status === null ? "There is no answer, or not yet." : ""));
    }
    beside(detail, call, `Call ${call.number}: ${call.operation || "unknown path"}`, "requests", () => parts);
  }

  async function names() {
    const all = ["token", ...await operations()].map((name) => [name, name]);
    chosenOperation.replaceChildren(field("Operation", choice([["", "any"], ...all], "",
      (event) => { filter.operation = event.target.value; again(); })));
  }

  names().catch(() => {});
  return {
    element: split,
    async open(item) {
      chosen = item;
      rows();
      const seen = item === null ? null : look(item).catch((error) => {
        if (chosen !== item) return;
        closed(detail, list);
        throw error;
      });
      await Promise.all([more(), seen]);
      if (chosen === null) closed(detail, list);
    },
    async tick() {
      await more();
      if (waiting && chosen !== null) await look(chosen);
    },
  };
}
