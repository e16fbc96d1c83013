// The rules of misbehaviour: added, counted, ended.

import { act, api, button, choice, draw, field, h, operations, table } from "./dom.js";

const CHOOSING = ["operation", "customer", "first", "nth", "every", "perThousand", "until", "where"];
// What a kind is about; a kind that no group names is among the last.
const GROUPS = [
  ["Errors and refusals", ["status", "page", "login", "saysNo", "modelState", "serverNotFound", "blobForbidden", "oddRetryAfter", "afterWork", "messageInstead"]],
  ["Slow and broken connections", ["delay", "drip", "stall", "resetBefore", "resetDuring", "resetAfterWork", "shortBody"]],
  ["Tokens", ["expiredToken", "revokedTokens", "refusedRefresh", "lostRotation"]],
  ["Lists and pages", ["pageDrift", "lateRows", "duplicateRows", "noPagination", "brokenPagination", "doublePagination"]],
  ["Clocks", ["clockSkew", "dateSkew"]],
  ["What an answer says", []],
];

const soon = (now, seconds) => new Date(Date.parse(now) + seconds * 1000).toISOString();
const PRESETS = [
  ["The vendor is down for 2 minutes", (now) => [{ kind: "page", code: 503, until: soon(now, 120) }], "Every call gets a 503 until two minutes from now have passed, in the sandbox's time."],
  ["Rate limited", () => [{ kind: "status", code: 429, retryAfter: 2, every: 3 }], "Every third call gets a 429 with Retry-After: 2."],
  ["Slow", () => [{ kind: "delay", ms: 2000 }], "Every answer takes two seconds longer."],
  ["Broken pages", () => [{ kind: "noPagination", operation: "MonitoredCarriers" }, { kind: "pageDrift", items: 1, operation: "BlockedCarriers" }], "MonitoredCarriers loses its pagination header; BlockedCarriers changes while it is read."],
  ["Unreliable", () => [{ kind: "resetAfterWork", perThousand: 50 }, { kind: "status", code: 500, perThousand: 50 }], "Of 1,000 calls 50 lose their answer, and 50 get a 500."],
  ["Tokens end", () => [{ kind: "expiredToken", first: 1 }], "The token of the next call is no longer valid."],
];
const OWN = ["id", "matched", "applied", "kind"];

function grouped(kinds) {
  const named = new Set(GROUPS.flatMap(([, all]) => all));
  const known = new Set(kinds.map((own) => own.kind));
  const rest = [...known].filter((kind) => !named.has(kind));
  return GROUPS.map(([name, all], n) => [name, (n === GROUPS.length - 1 ? rest : all).filter((kind) => known.has(kind))]);
}

export function faults() {
  let kinds = [];
  const list = h("div");
  const about = h("p", { class: "soft" });
  const kind = h("span");
  const members = h("textarea", { "aria-label": "Members of the kind, as JSON", spellcheck: "false" });
  const said = h("div", { role: "status" });
  const fields = h("div", { class: "tools" });
  const operation = h("input", { placeholder: "any", list: "operations" });
  const customer = h("input", { placeholder: "any" });
  const which = choice([["", "all"], ["first", "the first"], ["nth", "only number"], ["every", "every"], ["perThousand", "of 1,000"]], "",
    () => { count.disabled = which.value === ""; });
  const count = h("input", { type: "number", min: "1", value: "1", disabled: true });
  const form = h("form", { onsubmit: act(add) },
    h("div", { class: "tools" }, kind, field("On operation", operation), field("For customer", customer),
      field("To which calls", which), field("How many", count), h("button", { class: "main", type: "submit" }, "Add")),
    about, fields, h("details", {}, h("summary", {}, "As JSON"), members), h("datalist", { id: "operations" }));

  function own(text) {
    let value;
    try {
      value = JSON.parse(text.trim() || "{}");
    } catch (error) {
      throw new Error(`The members of the kind are not JSON: ${error.message}. Choose the kind again for its example.`);
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error('The members of the kind must be an object, as {"code": 503}.');
    return value;
  }

  async function add() {
    const rule = { ...own(members.value), kind: kind.querySelector("select").value };
    if (operation.value.trim()) rule.operation = operation.value.trim();
    if (customer.value.trim()) rule.customer = customer.value.trim();
    if (which.value) rule[which.value] = Number(count.value);
    const [added] = await api("POST", "/faults", rule);
    said.replaceChildren(h("p", { class: "done" }, `Rule ${added.id} is in force: ${rule.kind}.`));
    await fill();
  }

  async function apply([text, rules, what]) {
    const { now } = await api("GET", "/clock");
    await api("POST", "/faults", rules(now));
    said.replaceChildren(h("p", { class: "done" }, `${text}: ${what}`));
    await fill();
  }

  // A field for each member of the kind, by its example.
  function formOf(own) {
    const one = ([name, value]) => {
      const number = typeof value === "number";
      return field(name, h("input", {
        type: number ? "number" : "text", value: String(value), required: true, "aria-label": `${name} of the kind`,
        oninput: (event) => {
          const { value: text } = event.target;
          members.value = JSON.stringify({ ...JSON.parse(members.value || "{}"), [name]: number ? Number(text) : text });
        },
      }));
    };
    fields.replaceChildren(...Object.entries(own).map(one));
  }

  function choose(name) {
    const chosen = kinds.find((own) => own.kind === name);
    about.textContent = chosen.about;
    operation.value = chosen.example.operation ?? "";
    const own = Object.entries(chosen.example).filter(([member]) => member !== "kind" && !CHOOSING.includes(member));
    members.value = JSON.stringify(Object.fromEntries(own));
    formOf(Object.fromEntries(own));
  }

  async function fill() {
    const rules = await api("GET", "/faults");
    const row = (rule) => {
      const own = Object.entries(rule).filter(([name]) => !OWN.includes(name) && !CHOOSING.includes(name));
      const where = Object.entries(rule.where ?? {}).map(([name, value]) => `${name} ${value}`);
      const calls = CHOOSING.slice(2, 7).filter((name) => name in rule).map((name) => `${name} ${rule[name]}`).concat(where);
      return h("tr", {},
        h("td", {}, rule.kind),
        h("td", { class: "long" }, own.map(([name, value]) => `${name} ${value}`).join(", ")),
        h("td", {}, rule.operation ?? "any"),
        h("td", {}, rule.customer ?? "any"),
        h("td", {}, calls.join(", ") || "all"),
        h("td", { class: "number" }, String(rule.matched)),
        h("td", { class: "number" }, String(rule.applied)),
        h("td", {}, button("End", async () => { await api("DELETE", `/faults/${rule.id}`); await fill(); }, { "aria-label": `End ${rule.kind}, rule ${rule.id}` })));
    };
    draw(list, rules, () => table("Rules in force", ["Kind", "With", "Operation", "Customer", "Calls", "Matched #", "Applied #", ""], rules.map(row),
      "No rule is in force: everything is answered as the profile has it."));
  }

  return {
    element: h("div", {},
      h("section", { class: "card" }, h("h2", {}, "Presets"),
        h("div", { class: "buttons" }, PRESETS.map((preset) => button(preset[0], () => apply(preset), { title: preset[2] }))), said),
      h("section", { class: "card" }, h("h2", {}, "Add a fault"), form),
      h("section", { class: "card" }, h("div", { class: "head" }, h("h2", {}, "Rules in force"),
        button("End all", async () => { await api("DELETE", "/faults"); await fill(); })), list)),
    async open() {
      kinds = await api("GET", "/faults/kinds");
      const select = h("select", { onchange: (event) => choose(event.target.value) }, grouped(kinds).map(([name, all]) =>
        h("optgroup", { label: name }, all.map((own) => h("option", { value: own, selected: own === "status" }, own)))));
      kind.replaceChildren(field("Kind", select));
      choose("status");
      const names = ["token", ...await operations()];
      form.querySelector("datalist").replaceChildren(...names.map((name) => h("option", { value: name })));
      await fill();
    },
    follow: { topics: ["fault", "request", "clock"], fill },
  };
}
