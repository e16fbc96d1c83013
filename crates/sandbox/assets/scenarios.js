// The scenarios: what happens in each, played with a button, and what was done.

import { address } from "./place.js";
import { api, button, draw, field, h, moment, query } from "./dom.js";

const EVENTS = { change: "its data changed", completePacket: "it completed its packet", reportIncident: "an incident was reported" };

const words = (name) => name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);

export function scenarios() {
  const dot = h("input", { inputmode: "numeric", placeholder: "chosen by the scenario", size: 20 });
  const customer = h("input", { placeholder: "demo" });
  const list = h("div");
  const said = h("div", { role: "status" });

  async function play(scenario) {
    const given = { dot: scenario.parameters.includes("dot") ? dot.value.trim() : "", customer: customer.value.trim() };
    const played = await api("POST", `/scenarios/${scenario.name}${query(given)}`);
    said.replaceChildren(result(played));
  }

  // What was done to each carrier, with a link to it, and what was done to all.
  function result(played) {
    const filter = { customer: played.customer === "demo" ? null : played.customer };
    const time = (at) => h("span", { class: "soft" }, ` ${moment(at).slice(0, 19)} UTC`);
    const own = (all, dotOf) => all.filter((one) => one.dot === dotOf);
    const carrier = ({ dot: number, name }) => h("li", {},
      h("a", { href: address("carriers", number, filter) }, `${name} (${number})`),
      h("ul", { class: "facts" },
        own(played.events, number).map((one) => h("li", {}, EVENTS[one.event] ?? words(one.event), time(one.at))),
        own(played.facts, number).flatMap((one) => Object.entries(one.set).map(([name, value]) => h("li", {}, `${words(name)}: `, h("ins", {}, String(value)), time(one.at)))),
        own(played.comes, number).slice(0, 3).map((one) => h("li", {}, `to come: ${one.what}`, time(one.at)))));
    const fault = (rule) => h("li", {}, h("a", { href: "#/faults" }, `Rule ${rule.id}: ${words(rule.kind)}`), ` on ${rule.operation ?? "every call"}${rule.customer ? ` of ${rule.customer}` : ""}, until`, time(rule.until));
    return h("div", { class: "done" },
      h("p", {}, `Done: ${played.name}.`),
      h("ul", { class: "plain" }, played.carriers.map(carrier), played.faults.map(fault)),
      h("div", { class: "soft" }, `Seen in ${played.seenIn.join(", ")}, by ${played.customer}. It is `, moment(played.at).slice(0, 19), " UTC."));
  }

  const shown = (scenario) => h("li", { class: "line" },
    h("div", {}, h("h3", {}, scenario.name), scenario.about, h("div", { class: "soft" }, `Seen in ${scenario.seenIn.join(", ")}`)),
    button("Play", () => play(scenario), { "aria-label": `Play ${scenario.name}` }));

  return {
    element: h("div", {},
      h("section", { class: "card" }, h("h2", {}, "Scenarios"),
        h("p", { class: "soft" }, "Each does at once what can be done by hand: facts, events, faults, time. A reset undoes it."),
        h("div", { class: "tools" }, field("Carrier (DOT number)", dot), field("Customer", customer)),
        said, list)),
    async open() {
      const all = await api("GET", "/scenarios");
      draw(list, all, () => h("ul", { class: "plain scenarios" }, all.map(shown)));
    },
  };
}
