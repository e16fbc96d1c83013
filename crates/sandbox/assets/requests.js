// The log of calls, live.

import { api, button, choice, field, h, moment, operations, pretty, query, status, table } from "/dom.js";

const SHOWN = 200;

export function requests() {
  const filter = { operation: "", customer: "", status: "" };
  let calls = [];
  let after = 0;
  let chosen = null;
  const text = (name, placeholder) => h("input", {
    placeholder, oninput: (event) => { filter[name] = event.target.value.trim(); again(); },
  });
  const chosenOperation = h("span");
  const list = h("div", { "aria-live": "polite" });
  const detail = h("section", { class: "card detail", "aria-label": "Call", hidden: true });
  const clear = button("Clear", async () => { await api("DELETE", "/requests"); again(); });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Calls" },
      h("div", { class: "tools" }, chosenOperation, field("Customer", text("customer", "any")), field("Status", text("status", "any")), clear),
      list),
    detail);

  async function again() {
    calls = [];
    after = 0;
    draw();
    await more().catch(() => {});
  }

  async function more() {
    const found = await api("GET", `/requests${query({ ...filter, after, limit: SHOWN })}`);
    // A call that had no answer yet is asked for again.
    const open = calls.filter((call) => call.status === null && call.fault === null).length;
    if (!found.requests.length && !open) return;
    if (open) {
      const again = await api("GET", `/requests${query({ ...filter, limit: SHOWN })}`);
      calls = again.requests;
    } else {
      calls = [...calls, ...found.requests].slice(-SHOWN);
    }
    after = calls.at(-1)?.number ?? after;
    draw();
  }

  function draw() {
    const row = (call) => h("tr", { class: String(call.number) === chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: `#/requests/${call.number}` }, String(call.number))),
      h("td", { class: "exact" }, moment(call.at).slice(11)),
      h("td", {}, call.customer ?? ""),
      h("td", {}, call.operation || call.path),
      h("td", { class: "long" }, call.query.map(([name, value]) => `${name}=${value}`).join("  ")),
      h("td", {}, status(call.status)),
      h("td", { class: "warn" }, call.fault ?? ""));
    list.replaceChildren(table("Calls", ["No. #", "At", "Customer", "Operation", "Asked", "Status", "Fault"], [...calls].reverse().map(row),
      "No call has come. This page shows them as they do."));
  }

  async function look(number) {
    const call = await api("GET", `/requests/${encodeURIComponent(number)}`);
    const headers = (pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join("\n");
    const parts = [
      h("div", { class: "head" }, h("h2", {}, `Call ${call.number}: ${call.operation || "leads nowhere"}`),
        h("a", { href: "#/requests", "aria-label": "Close" }, "Close")),
      h("p", {}, status(call.status), call.fault ? h("span", { class: "tag warn" }, call.fault) : null,
        ` ${moment(call.at)}, ${call.customer ?? "without a good token"}`),
      h("h3", {}, "Asked"),
      h("pre", { tabIndex: 0 }, `${call.method} ${call.path}${query(Object.fromEntries(call.query))}\n${headers(call.headers)}${call.body ? `\n\n${pretty(call.body)}` : ""}`),
      h("h3", {}, "Answered"),
    ];
    if (call.answer) {
      parts.push(h("pre", { tabIndex: 0 }, headers(call.answer.headers)),
        h("pre", { tabIndex: 0 }, pretty(call.answer.body) || "(no body)"),
        h("p", { class: "soft" }, `${call.answer.size} bytes before compression`));
    } else {
      parts.push(h("p", { class: "empty" }, call.status === null ? "There is no answer, or not yet." : ""));
    }
    detail.replaceChildren(...parts);
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
      split.classList.toggle("open", item !== null);
      detail.hidden = item === null;
      draw();
      await Promise.all([more(), item === null ? null : look(item)]);
    },
    tick: more,
  };
}
