// The emails and text messages that would have gone out, live.

import { api, beside, button, choice, closed, draw, field, h, moment, query, table } from "/dom.js";

const SHOWN = 200;
const KINDS = [
  ["invitation", "Invitation"], ["invitationCopy", "Copy of an invitation"], ["invitationConfirmation", "Confirmation of an invitation"],
  ["packetCompleted", "Packet completed"], ["vinVerification", "VIN verification"], ["userVerification", "User verification"],
  ["insuranceRequest", "Request for a certificate"],
];

export function outbox() {
  const filter = { kind: "", customer: "", to: "" };
  let messages = [];
  let dropped = 0;
  let asked = 0;
  let chosen = null;
  const text = (name) => h("input", {
    placeholder: "any", oninput: (event) => { filter[name] = event.target.value.trim(); again(); },
  });
  const kind = choice([["", "any"], ...KINDS], "", (event) => { filter.kind = event.target.value; again(); });
  const list = h("div");
  const detail = h("section", { class: "card detail", "aria-label": "Message", hidden: true });
  const clear = button("Clear", async () => { await api("DELETE", `/outbox${query({ customer: filter.customer })}`); again(); });
  const split = h("div", { class: "split" },
    h("section", { class: "card", "aria-label": "Messages" },
      h("div", { class: "tools" }, field("Kind", kind), field("Customer", text("customer")), field("To", text("to")), clear),
      list),
    detail);

  async function again() {
    messages = [];
    rows();
    await more().catch(() => {});
  }

  async function more() {
    const mine = ++asked;
    const since = (after) => api("GET", `/outbox${query({ ...filter, after, limit: SHOWN })}`);
    // The newest is asked for again: if it is no longer there, the outbox was cleared.
    const from = messages.length ? messages.at(-1).number : 1;
    let found = await since(from - 1);
    let kept = messages.filter((message) => message.number < from);
    if (messages.length && found.messages[0]?.number !== from) {
      kept = [];
      found = await since(0);
    }
    // A later question has the later answer.
    if (mine !== asked) return;
    dropped = found.dropped;
    messages = [...kept, ...found.messages].slice(-SHOWN);
    rows();
  }

  function rows() {
    const row = (message) => h("tr", { class: String(message.number) === chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: `#/outbox/${message.number}` }, String(message.number))),
      h("td", { class: "exact" }, moment(message.at).slice(0, 19)),
      h("td", {}, message.customer),
      h("td", {}, message.channel === "text" ? "Text message" : "Email"),
      h("td", { class: "long" }, message.to),
      h("td", { class: "long" }, message.subject || message.text));
    draw(list, [messages, dropped, chosen], () => [
      table("Messages", ["No. #", "At", "Customer", "By", "To", "Subject"], [...messages].reverse().map(row),
        "No message was sent. Invite a carrier, ask for a verification, or complete a packet."),
      dropped ? h("p", { class: "soft" }, `${dropped} older messages were dropped.`) : null,
    ].filter(Boolean));
  }

  async function look(number) {
    const message = await api("GET", `/outbox/${encodeURIComponent(number)}`);
    if (number !== chosen) return;
    const name = Object.fromEntries(KINDS)[message.kind] ?? message.kind;
    const fact = (term, value) => (value ? h("tr", {}, h("th", { scope: "row" }, term), h("td", { class: "long" }, value)) : null);
    const links = message.links.map((link) => h("li", { class: "long" }, h("a", { href: link, target: "_blank", rel: "noopener" }, link)));
    beside(detail, message, `Message ${message.number}: ${name}`, "outbox", () => [
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
    tick: more,
  };
}
