// The carriers: searched, shown whole, and what can happen to them.

import { act, api, beside, button, choice, closed, draw, field, h, pretty, query, table } from "/dom.js";

const EVENTS = [
  ["change", "Change its data"],
  ["completePacket", "Complete its packet"],
  ["reportIncident", "Report an incident"],
  ["updateIncident", "Correct the report"],
  ["retractIncident", "Withdraw the report"],
];

function marks(carrier) {
  const mark = (is, text, kind) => (is ? h("span", { class: `tag ${kind}` }, text) : null);
  return [
    mark(carrier.monitored, "monitored", "good"),
    mark(carrier.blocked, "blocked", "bad"),
    mark(carrier.packet, "packet", "soft"),
    mark(!carrier.active, "inactive", "warn"),
  ];
}

export function carriers() {
  let page = 1;
  let customer = "demo";
  let chosen = null;
  let waiting;
  let asked = 0;
  const search = h("input", { type: "search", placeholder: "Name, DOT or docket number", oninput: later, onkeydown: down });
  const customers = h("span");
  const list = h("div");
  const pages = h("div", { class: "buttons" });
  const detail = h("section", { class: "card detail", "aria-label": "Carrier", hidden: true });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Carriers" },
      h("div", { class: "tools" }, field("Search  ( / )", search), customers), list, pages),
    detail);

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(act(() => { page = 1; return fill(); }), 150);
  }

  function down(event) {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("a")?.focus();
  }

  async function fill() {
    const mine = ++asked;
    const found = await api("GET", `/carriers${query({ search: search.value, customer, page, pageSize: 25 })}`);
    // Another question may have been asked since.
    if (mine !== asked) return;
    const row = (carrier) => h("tr", { class: String(carrier.dot) === chosen ? "chosen" : null },
      h("td", { class: "exact" }, h("a", { href: `#/carriers/${carrier.dot}` }, String(carrier.dot))),
      h("td", { class: "exact" }, carrier.docket ?? ""),
      h("td", {}, carrier.name),
      h("td", {}, `${carrier.city}, ${carrier.state}`),
      h("td", { class: "exact" }, carrier.insuredUntil ?? "no certificate"),
      h("td", {}, marks(carrier)));
    draw(list, [found, chosen], () => table("Carriers", ["DOT", "Docket", "Name", "Place", "Insured until", "Status"], found.carriers.map(row), "No carrier matches."));
    const last = Math.max(1, Math.ceil(found.total / found.pageSize));
    const turn = (text, to) => button(text, async () => { page = to; await fill(); }, { disabled: to < 1 || to > last });
    draw(pages, [page, last, found.total], () => [turn("Previous", page - 1), turn("Next", page + 1),
      h("span", { class: "soft", role: "status" }, `${found.total} carriers, page ${page} of ${last}`)]);
  }

  async function names() {
    const { customers: known } = await api("GET", "");
    const all = [...new Set(["demo", ...known])].map((name) => [name, name]);
    draw(customers, all, () => field("As seen by", choice(all, customer, act(async (event) => {
      customer = event.target.value;
      await fill();
      if (chosen) await look(chosen);
    }))));
  }

  async function look(dot) {
    const carrier = await api("GET", `/carriers/${encodeURIComponent(dot)}${query({ customer })}`);
    if (dot !== chosen) return;
    const happen = ([event, text]) => button(text, async () => {
      await api("POST", `/carriers/${carrier.dot}/events`, { event, customer });
      await look(dot);
      await fill();
    });
    const fact = (name, value) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value));
    const answer = ([name, value]) => h("details", {}, h("summary", {}, name), h("pre", { tabIndex: 0 }, pretty(value)));
    beside(detail, carrier, carrier.name, "carriers", () => [
      h("table", { "aria-label": "Facts" }, h("tbody", {},
        fact("DOT number", String(carrier.dot)), fact("Docket", carrier.docket ?? "none"),
        fact("Place", `${carrier.city}, ${carrier.state}`), fact("Insured until", carrier.insuredUntil ?? "no certificate"),
        fact("Status", h("span", {}, marks(carrier))))),
      h("h3", {}, "Trigger an event"),
      h("div", { class: "buttons" }, EVENTS.map(happen)),
      h("h3", {}, "What the operations return"),
      ...Object.entries(carrier.answers).map(answer)]);
  }

  return {
    element: split,
    async open(item) {
      chosen = item;
      const seen = item === null ? null : look(item).catch((error) => {
        if (chosen !== item) return;
        closed(detail, list);
        throw error;
      });
      await Promise.all([names(), fill(), seen]);
      if (chosen === null) closed(detail, list);
    },
  };
}
