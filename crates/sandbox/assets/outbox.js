// The emails and text messages that would have gone out, live.

import { beside, opener } from "./beside.js";
import { api, button, choice, draw, field, h, moment, problem, query, table } from "./dom.js";
import { follow } from "./follow.js";
import { place, refine, reflect, within } from "./place.js";

const SHOWN = 200;
const KINDS = [
  ["invitation", "Invitation"], ["invitationCopy", "Copy of an invitation"], ["invitationConfirmation", "Confirmation of an invitation"],
  ["packetCompleted", "Packet completed"], ["vinVerification", "VIN verification"], ["userVerification", "User verification"],
  ["insuranceRequest", "Request for a certificate"],
];

export function outbox() {
  const text = (name) => h("input", { placeholder: "any", oninput: (event) => again({ [name]: event.target.value.trim() }, true) });
  const controls = {
    kind: choice([["", "any"], ...KINDS], "", (event) => again({ kind: event.target.value })),
    customer: text("customer"),
    to: text("to"),
  };
  const filter = () => {
    const { kind, customer, to } = place().filter;
    return { kind, customer, to };
  };
  const messages = follow(SHOWN, filter, async (after) => {
    const found = await api("GET", `/outbox${query({ ...filter(), after, limit: SHOWN })}`);
    return { items: found.messages, dropped: found.dropped };
  });
  const list = h("div");
  const detail = h("section", { class: "card detail", "aria-label": "Message", hidden: true });
  const clear = button("Clear", async () => { await api("DELETE", `/outbox${query({ customer: filter().customer })}`); await again({}); });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Messages" },
      h("div", { class: "tools" }, field("Kind", controls.kind), field("Customer", controls.customer), field("To", controls.to), clear),
      list),
    detail);
  const opened = opener(detail, list, more, look);

  async function again(changes, typed) {
    refine(changes, typed);
    await more().then(() => problem(null), problem);
  }

  async function more() {
    if (await messages.more()) rows();
  }

  function rows() {
    const dropped = messages.answer?.dropped ?? 0;
    const row = (message) => h("tr", { class: String(message.number) === opened.chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: within(message.number) }, String(message.number))),
      h("td", { class: "exact" }, moment(message.at).slice(0, 19)),
      h("td", {}, message.customer),
      h("td", {}, message.channel === "text" ? "Text message" : "Email"),
      h("td", { class: "long" }, message.to),
      h("td", { class: "long" }, message.subject || message.text));
    draw(list, [messages.all, dropped, opened.chosen, place().filter], () => [
      table("Messages", ["No. #", "At", "Customer", "By", "To", "Subject"], [...messages.all].reverse().map(row),
        "No message was sent. Invite a carrier, ask for a verification, or complete a packet."),
      dropped ? h("p", { class: "soft" }, `${dropped} older messages were dropped.`) : null,
    ].filter(Boolean));
  }

  async function look(number) {
    const message = await api("GET", `/outbox/${encodeURIComponent(number)}`);
    if (number !== opened.chosen) return;
    const name = Object.fromEntries(KINDS)[message.kind] ?? message.kind;
    const fact = (term, value) => (value ? h("tr", {}, h("th", { scope: "row" }, term), h("td", { class: "long" }, value)) : null);
    const links = message.links.map((link) => h("li", { class: "long" }, h("a", { href: link, target: "_blank", rel: "noopener" }, link)));
    beside(detail, message, `Message ${message.number}: ${name}`, () => [
      h("table", { "aria-label": "Head" }, h("tbody", {},
        [["To", message.to], ["Subject", message.subject], ["At", `${moment(message.at)} UTC`], ["Customer", message.customer]].map(([term, value]) => fact(term, value)))),
      h("h3", {}, "Text"),
      h("pre", { tabIndex: 0 }, message.text),
      links.length ? h("h3", {}, "Links") : null,
      links.length ? h("ul", {}, links) : null,
    ].filter(Boolean));
  }

  return {
    element: split,
    async open(item) {
      reflect(controls);
      await opened.open(item);
    },
    follow: { topics: ["message", "clock"], fill: more },
  };
}
