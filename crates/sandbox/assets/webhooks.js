// The clock, and the webhooks with what was sent to them.

import { act, api, beside, button, check, choice, closed, draw, field, h, moment, pretty, table } from "/dom.js";

const HOUR = 3600;

export function clock() {
  const now = h("p", {});
  const days = h("input", { type: "number", min: "1", max: "400", value: "7" });
  const set = (change) => async () => { await api("POST", "/clock", change()); await fill(); };
  const skip = (text, seconds) => button(text, set(() => ({ advanceSeconds: seconds })));

  async function fill() {
    const { now: text, held } = await api("GET", "/clock");
    now.replaceChildren(h("strong", {}, `${moment(text)} UTC`), held ? ", held" : ", running");
  }

  return {
    element: h("section", { class: "card" }, h("h2", {}, "Clock"), now,
      h("div", { class: "buttons" }, button("Hold", set(() => ({ hold: true }))), button("Run", set(() => ({ hold: false })))),
      h("h3", {}, "Skip ahead; everything due in between happens"),
      h("div", { class: "buttons" }, skip("1 hour", HOUR), skip("1 day", 24 * HOUR), skip("3 days", 72 * HOUR), skip("30 days", 720 * HOUR)),
      h("form", { class: "tools", onsubmit: act(set(() => ({ advanceSeconds: Number(days.value) * 24 * HOUR }))) },
        field("Days", days), h("button", { type: "submit" }, "Skip")),
      h("p", { class: "soft" }, "Invitations are accepted, insurance runs out, carriers change, tokens expire, deliveries are repeated.")),
    open: fill,
    tick: fill,
  };
}

const EVENTS = [
  "carrier.packet.completed", "carrier.incident_report.created", "carrier.incident_report.updated",
  "carrier.incident_report.retracted", "carrier.vin_verification.completed", "carrier.user_verification.completed",
];
const SWITCHES = [
  ["paused", "paused"], ["duplicate", "twice"], ["reorder", "newest first"], ["wrongSignature", "wrong signature"],
];

export function webhooks() {
  const cards = new Map();
  let chosen = null;
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
    return h("tr", { class: String(own.id) === chosen ? "chosen" : null },
      h("td", { class: "number" }, h("a", { href: `#/webhooks/${own.id}` }, String(own.id))),
      h("td", { class: "number" }, String(own.webhook)),
      h("td", { class: "exact" }, moment(own.at).slice(0, 19)),
      h("td", { class: "long" }, own.event),
      h("td", { class: kind }, own.state),
      h("td", {}, `${own.attempts.length}${last ? `, ${last.status ?? last.error}` : ""}`),
      h("td", {}, button("Resend", async () => { await api("POST", `/deliveries/${own.id}/resend`); await fill(); }, { "aria-label": `Resend ${own.id}` })));
  }

  async function fill() {
    const [hooks, sent] = await Promise.all([api("GET", "/webhooks"), api("GET", "/deliveries?limit=100")]);
    // The cards stay, as somebody may be typing in one.
    draw(list, hooks.map((webhook) => webhook.id), () => {
      const kept = hooks.map(({ id }) => [id, cards.get(id) ?? h("div", { class: "card" })]);
      cards.clear();
      for (const [id, card] of kept) cards.set(id, card);
      return hooks.length ? [...cards.values()] : h("p", { class: "empty" }, "No subscriptions yet.");
    });
    for (const webhook of hooks) draw(cards.get(webhook.id), webhook, () => subscription(webhook));
    draw(deliveries, [sent, chosen], () => table("Deliveries", ["No. #", "To #", "Happened", "Event", "State", "Attempts", ""], sent.reverse().map(delivery), "Nothing was sent."));
    const own = sent.find((one) => String(one.id) === chosen);
    if (own) look(own);
    else closed(detail, deliveries);
    return chosen === null || own;
  }

  function look(own) {
    const attempt = (one) => h("tr", {}, h("td", { class: "exact" }, moment(one.at)), h("td", {}, String(one.status ?? one.error)));
    beside(detail, own, `Delivery ${own.id}: ${own.event}`, "webhooks", () => [
      h("p", {}, `${own.state}${own.due ? `, next attempt ${moment(own.due)}` : ""}`),
      table("Attempts", ["At", "Response"], own.attempts.map(attempt), "No attempt yet."),
      h("h3", {}, own.url),
      h("pre", { tabIndex: 0 }, pretty(own.body) || "(no body)")]);
  }

  return {
    element: h("div", { class: "split" },
      h("div", {},
        h("section", { class: "card" }, h("h2", {}, "Subscribe"), form),
        h("section", {}, list),
        h("section", { class: "card" }, h("h2", {}, "Deliveries"), deliveries)),
      detail),
    async open(item) {
      chosen = item;
      if (!await fill()) throw new Error(`There is no delivery ${item} among the last ones. The list has those there are.`);
    },
    tick: fill,
  };
}
