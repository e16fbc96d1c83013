// The carriers: searched, and one of them beside the list.

import { beside, opener } from "./beside.js";
import { carrier as shown, marks } from "./carrier.js";
import { act, api, button, choice, draw, field, h, query, table } from "./dom.js";
import { place, refine, reflect, within } from "./place.js";

export function carriers() {
  let waiting;
  let asked = 0;
  let done = null;
  const controls = {
    search: h("input", { type: "search", placeholder: "Name, DOT or docket number", oninput: later, onkeydown: down }),
    customer: choice([["", "demo"]], "", act(async (event) => {
      refine({ customer: event.target.value, page: null });
      await both();
    })),
  };
  const list = h("div");
  const pages = h("div", { class: "buttons" });
  const detail = h("section", { class: "card detail", "aria-label": "Carrier", hidden: true });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Carriers" },
      h("div", { class: "tools" }, field("Search  ( / )", controls.search), field("As seen by", controls.customer)), list, pages),
    detail);
  const opened = opener(detail, list, fill, look);

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(act(() => { refine({ search: controls.search.value, page: null }, true); return fill(); }), 150);
  }

  function down(event) {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("a")?.focus();
  }

  async function fill() {
    const mine = ++asked;
    const { search, customer, page } = place().filter;
    const found = await api("GET", `/carriers${query({ search, customer, page: page ?? 1, pageSize: 25 })}`);
    // Another question may have been asked since.
    if (mine !== asked) return;
    const row = (carrier) => h("tr", { class: String(carrier.dot) === opened.chosen ? "chosen" : null },
      h("td", { class: "exact" }, h("a", { href: within(carrier.dot) }, String(carrier.dot))),
      h("td", { class: "exact" }, carrier.docket ?? ""),
      h("td", {}, carrier.name),
      h("td", {}, `${carrier.city}, ${carrier.state}`),
      h("td", { class: "exact" }, carrier.insuredUntil ?? "no certificate"),
      h("td", {}, marks(carrier)));
    draw(list, [found, opened.chosen, place().filter], () => table("Carriers", ["DOT", "Docket", "Name", "Place", "Insured until", "Status"], found.carriers.map(row), "No carrier matches."));
    const last = Math.max(1, Math.ceil(found.total / found.pageSize));
    const turn = (text, to) => button(text, async () => { refine({ page: to === 1 ? null : to }); await fill(); }, { disabled: to < 1 || to > last });
    draw(pages, [found.page, last, found.total], () => [turn("Previous", found.page - 1), turn("Next", found.page + 1),
      h("span", { class: "soft", role: "status" }, `${found.total} carriers, page ${found.page} of ${last}`)]);
  }

  async function names() {
    const { customers: known } = await api("GET", "");
    const wanted = place().filter.customer;
    const all = [...new Set(["demo", ...known, ...(wanted ? [wanted] : [])])];
    draw(controls.customer, all, () => all.map((name) => h("option", { value: name === "demo" ? "" : name }, name)));
    reflect(controls);
  }

  async function look(dot) {
    const { customer } = place().filter;
    const [carrier, clock] = await Promise.all([api("GET", `/carriers/${encodeURIComponent(dot)}${query({ customer })}`), api("GET", "/clock")]);
    if (dot !== opened.chosen) return;
    if (done?.dot !== carrier.dot) done = null;
    const happen = async (event, text) => {
      const before = JSON.stringify(carrier.changes[0] ?? null);
      await api("POST", `/carriers/${carrier.dot}/events`, { event, customer: customer || "demo" });
      const { changes } = await api("GET", `/carriers/${carrier.dot}${query({ customer })}`);
      done = { dot: carrier.dot, text, change: JSON.stringify(changes[0] ?? null) === before ? null : changes[0] };
      await both();
    };
    const day = clock.now.slice(0, 10);
    beside(detail, [carrier, day, done], carrier.name, () => shown(carrier, { day, done, happen, customer, tab: place().filter.tab }));
  }

  async function both() {
    await Promise.all([fill(), opened.chosen === null ? null : look(opened.chosen)]);
  }

  return {
    element: split,
    async open(item) {
      clearTimeout(waiting);
      reflect({ search: controls.search });
      await Promise.all([names(), opened.open(item)]);
    },
    follow: { topics: ["carrier", "clock", "request"], fill: both },
  };
}
