// The rules of misbehaviour: added, counted, ended.

import { act, api, button, choice, draw, field, h, operations, table } from "/dom.js";

const CHOOSING = ["operation", "customer", "first", "nth", "every", "perThousand", "until", "where"];
const OWN = ["id", "matched", "applied", "kind"];

export function faults() {
  let kinds = [];
  const list = h("div");
  const about = h("p", { class: "soft" });
  const kind = h("span");
  const members = h("textarea", { "aria-label": "Members of the kind, as JSON", spellcheck: "false" });
  const operation = h("input", { placeholder: "any", list: "operations" });
  const customer = h("input", { placeholder: "any" });
  const which = choice([["", "all"], ["first", "the first"], ["nth", "only number"], ["every", "every"], ["perThousand", "of 1,000"]], "",
    () => { count.disabled = which.value === ""; });
  const count = h("input", { type: "number", min: "1", value: "1", disabled: true });
  const form = h("form", { onsubmit: act(add) },
    h("div", { class: "tools" }, kind, field("On operation", operation), field("For customer", customer),
      field("To which calls", which), field("How many", count), h("button", { class: "main", type: "submit" }, "Add")),
    about, members, h("datalist", { id: "operations" }));

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
    await api("POST", "/faults", rule);
    await fill();
  }

  function choose(name) {
    const chosen = kinds.find((own) => own.kind === name);
    about.textContent = chosen.about;
    operation.value = chosen.example.operation ?? "";
    const own = Object.entries(chosen.example).filter(([member]) => member !== "kind" && !CHOOSING.includes(member));
    members.value = JSON.stringify(Object.fromEntries(own));
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
      h("section", { class: "card" }, h("h2", {}, "Add a fault"), form),
      h("section", { class: "card" }, h("div", { class: "head" }, h("h2", {}, "Rules in force"),
        button("End all", async () => { await api("DELETE", "/faults"); await fill(); })), list)),
    async open() {
      kinds = await api("GET", "/faults/kinds");
      const select = choice(kinds.map((own) => [own.kind, own.kind]), "status", (event) => choose(event.target.value));
      kind.replaceChildren(field("Kind", select));
      choose("status");
      const names = ["token", ...await operations()];
      form.querySelector("datalist").replaceChildren(...names.map((name) => h("option", { value: name })));
      await fill();
    },
    tick: fill,
  };
}
