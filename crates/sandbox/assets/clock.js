// The clock: held, run, set; what happened when it was, and what comes next.

import { act, api, button, field, h, moment, query, table } from "./dom.js";

const HOUR = 3600;

export function clock() {
  const now = h("p", { class: "now" });
  const days = h("input", { type: "number", min: "1", max: "400", value: "7" });
  const instant = h("input", { type: "datetime-local", step: "1", required: true });
  const happened = h("div");
  const next = h("div");
  let since = null;
  const set = (change) => async () => {
    const before = (await api("GET", "/clock")).now;
    const { now: after } = await api("POST", "/clock", change());
    if (after !== before) since = { from: before, to: after };
    await fill();
  };
  const skip = (text, seconds) => button(text, set(() => ({ advanceSeconds: seconds })));

  function events(caption, { events: found, more }, empty) {
    const row = (own) => h("tr", {}, h("td", { class: "exact" }, moment(own.at).slice(0, 16)), h("td", {}, own.what),
      h("td", {}, h("a", { href: `#/carriers/${own.dot}` }, own.name)));
    return [table(caption, ["At", "What", "Carrier"], found.map(row), empty), more ? h("p", { class: "soft" }, "And more.") : null].filter(Boolean);
  }

  async function fill() {
    const { now: text, held } = await api("GET", "/clock");
    now.replaceChildren(h("strong", {}, `${moment(text).slice(0, 19)} UTC`), held ? ", held" : ", running");
    if (!instant.value) instant.value = text.slice(0, 19);
    const [past, coming] = await Promise.all([
      since ? api("GET", `/clock/events${query({ ...since, limit: 50 })}`) : null,
      api("GET", "/clock/events?limit=20"),
    ]);
    happened.replaceChildren(...(past ? events("What happened", past, "Nothing happened to a carrier in that time.") : [h("p", { class: "empty" }, "Skip some time to see what happens in it.")]));
    next.replaceChildren(...events("What comes next", coming, "Nothing comes in the next 30 days."));
  }

  const element = h("div", {},
    h("section", { class: "card" }, h("h2", {}, "Clock"), now,
      h("div", { class: "buttons" }, button("Hold", set(() => ({ hold: true }))), button("Run", set(() => ({ hold: false })))),
      h("h3", {}, "Skip ahead; everything due in between happens"),
      h("div", { class: "buttons" }, skip("1 hour", HOUR), skip("1 day", 24 * HOUR), skip("3 days", 72 * HOUR), skip("30 days", 720 * HOUR)),
      h("form", { class: "tools", onsubmit: act(set(() => ({ advanceSeconds: Number(days.value) * 24 * HOUR }))) },
        field("Days", days), h("button", { type: "submit" }, "Skip")),
      h("form", { class: "tools", onsubmit: act(set(() => ({ at: instant.value }))) },
        field("An instant (UTC)", instant), h("button", { type: "submit" }, "Skip to it")),
      h("p", { class: "soft" }, "Invitations are accepted, insurance runs out, carriers change, tokens expire, deliveries are repeated.")),
    h("section", { class: "card" }, h("h2", {}, "What happened in the last skip"), happened),
    h("section", { class: "card" }, h("h2", {}, "What comes next"), next));

  return { element, open: fill, follow: { topics: ["clock"], fill } };
}
