// The webhooks, and what was sent to them.

import { beside, opener } from "./beside.js";
import { act, api, button, check, choice, copy, draw, field, h, moment, pretty, table } from "./dom.js";
import { within } from "./place.js";

const EVENTS = [
  "carrier.packet.completed", "carrier.incident_report.created", "carrier.incident_report.updated",
  "carrier.incident_report.retracted", "carrier.vin_verification.completed", "carrier.user_verification.completed",
];
const SWITCHES = [
  ["paused", "paused"], ["duplicate", "twice"], ["reorder", "newest first"], ["wrongSignature", "wrong signature"],
];

export function webhooks() {
  const cards = new Map();
  let sent = [];
  const url = h("input", { type: "url", required: true, placeholder: "http://127.0.0.1:9000/mcp", size: 32 });
  const secret = h("input", { placeholder: "made by the sandbox" });
  const customer = h("input", { value: "demo" });
  const push = h("input", { type: "checkbox" });
  const boxes = EVENTS.map((event) => h("label", { class: "check" }, h("input", { type: "checkbox", value: event }), event));
  const form = h("form", { onsubmit: act(add) },
    h("div", { class: "tools" }, field("Address", url), field("Secret", secret), field("Customer", customer),
      h("label", { class: "check" }, push, "older model (numbers in the path)"), h("button", { class: "main", type: "submit" }, "Add")),
    h("details", {}, h("summary", {}, "Only some events"), boxes));
  const list = h("div");
  const deliveries = h("div");
  const detail = h("section", { class: "card detail", "aria-label": "Delivery", hidden: true });

  async function add() {
    const wanted = boxes.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.value);
    const webhook = { url: url.value, customer: customer.value || "demo", events: wanted, push: push.checked };
    if (secret.value) webhook.secret = secret.value;
    await api("POST", "/webhooks", webhook);
    form.reset();
    await fill();
  }

  function subscription(webhook) {
    const path = `/webhooks/${webhook.id}`;
    const change = (changes) => api("PATCH", path, changes).then(fill);
    const event = choice(EVENTS.map((name) => [name, name]), EVENTS[0], () => {});
    event.setAttribute("aria-label", "Event to send");
    const rotated = h("input", { "aria-label": "New secret", placeholder: "new secret", size: 12 });
    return [
      h("div", { class: "head" }, h("div", {}, h("strong", {}, `${webhook.id}  ${webhook.url}`),
        h("div", { class: "soft" }, `${webhook.customer}, ${webhook.push ? "older model" : webhook.events.join(", ") || "all events"}`)),
      button("End", async () => { await api("DELETE", path); await fill(); }, { "aria-label": `End webhook ${webhook.id}` })),
      h("div", { class: "tools" }, SWITCHES.map(([name, text]) => check(text, webhook[name], () => change({ [name]: !webhook[name] })))),
      h("div", { class: "buttons" },
        event, button("Send it now", async () => { await api("POST", `${path}/events`, { event: event.value }); await fill(); }),
        h("span", { class: "soft" }, "Secret "), h("code", {}, webhook.secret), rotated,
        button("Rotate", () => { if (!rotated.value) throw new Error("A new secret is needed."); return change({ secret: rotated.value }).then(() => { rotated.value = ""; }); }))];
  }

  function delivery(own) {
    const last = own.attempts.at(-1);
    const kind = { delivered: "good", waiting: "warn", failed: "bad", dropped: "bad" }[own.state];
    return h("tr", { class: String(own.id) === opened.chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: within(own.id) }, String(own.id))),
      h("td", { class: "number" }, String(own.webhook)),
      h("td", { class: "exact" }, moment(own.at).slice(0, 19)),
      h("td", { class: "long" }, own.event),
      h("td", { class: kind }, own.state),
      h("td", {}, `${own.attempts.length}${last ? `, ${last.status ?? last.error}` : ""}`),
      h("td", {}, button("Resend", async () => { await api("POST", `/deliveries/${own.id}/resend`); await fill(); }, { "aria-label": `Resend ${own.id}` })));
  }

  const opened = opener(detail, deliveries, fill, look);

  async function fill() {
    const [hooks, found] = await Promise.all([api("GET", "/webhooks"), api("GET", "/deliveries?limit=100")]);
    sent = found;
    // The cards stay, as somebody may be typing in one.
    draw(list, hooks.map((webhook) => webhook.id), () => {
      const kept = hooks.map(({ id }) => [id, cards.get(id) ?? h("div", { class: "card" })]);
      cards.clear();
      for (const [id, card] of kept) cards.set(id, card);
      return hooks.length ? [...cards.values()] : h("p", { class: "empty" }, "No subscriptions yet.");
    });
    for (const webhook of hooks) draw(cards.get(webhook.id), webhook, () => subscription(webhook));
    draw(deliveries, [sent, opened.chosen], () => table("Deliveries", ["No. #", "To #", "Happened", "Event", "State", "Attempts", ""], [...sent].reverse().map(delivery), "Nothing was sent."));
    if (opened.chosen !== null && detail.dataset.shown) await look(opened.chosen);
  }

  async function look(id) {
    const find = () => sent.find((one) => String(one.id) === id);
    if (!find()) sent = await api("GET", "/deliveries?limit=100");
    const own = find();
    if (!own) throw new Error(`There is no delivery ${id} among the last ones. The list has those there are.`);
    const attempt = (one) => h("li", {},
      h("b", { class: one.status >= 200 && one.status < 300 ? "good" : "bad" }, String(one.status ?? one.error)), h("span", { class: "soft" }, ` at ${moment(one.at)} UTC`),
      one.headers.length ? h("pre", { tabIndex: 0 }, one.headers.map(([name, value]) => `${name}: ${value}`).join("\n")) : null,
      one.answer ? h("div", {}, "The receiver answered:", h("pre", { tabIndex: 0 }, one.answer)) : null);
    const body = h("pre", { tabIndex: 0 }, pretty(own.body) || "(no body)");
    const raw = h("pre", { tabIndex: 0 }, own.body);
    beside(detail, own, `Delivery ${own.id}: ${own.event}`, () => [
      h("p", { class: "long" }, `${own.state}${own.due ? `, next attempt ${moment(own.due)}` : ""}, to ${own.url}`),
      h("h3", {}, "Body"),
      body,
      ...(own.body ? [
        h("h3", {}, "Signature"),
        h("p", { class: "soft" }, "mcp-signature is the HMAC-SHA256, in hex, of the body byte by byte as it was sent, with the secret of the webhook as the key. This is what is signed:"),
        h("details", {}, h("summary", {}, "The signed text"), raw, h("div", { class: "buttons" }, copy(own.body, raw)))] : []),
      h("h3", {}, "Attempts"),
      own.attempts.length ? h("ol", { class: "plain" }, own.attempts.map(attempt)) : h("p", { class: "empty" }, "No attempt yet.")]);
  }

  return {
    element: h("div", { class: "split" },
      h("div", {},
        h("section", { class: "card" }, h("h2", {}, "Subscribe"), form),
        h("section", {}, list),
        h("section", { class: "card" }, h("h2", {}, "Deliveries"), deliveries)),
      detail),
    open: (item) => opened.open(item),
    follow: { topics: ["delivery", "clock"], fill },
  };
}
