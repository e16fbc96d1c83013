// The frame of the console: which page is shown, the clock, the sandbox itself.

import { act, api, button, h, moment, problem } from "./dom.js";
import { carriers } from "./carriers.js";
import { clock } from "./clock.js";
import { faults } from "./faults.js";
import { outbox } from "./outbox.js";
import { place, within } from "./place.js";
import { requests } from "./requests.js";
import { scenarios } from "./scenarios.js";
import { start } from "./start.js";
import { watch } from "./watch.js";
import { webhooks } from "./webhooks.js";

const PAGES = { start, carriers, scenarios, requests, faults, clock, webhooks, outbox };
const main = document.getElementById("main");
let shown = null;

async function show() {
  const { page: wanted, item } = place();
  const page = Object.hasOwn(PAGES, wanted) ? wanted : "start";
  problem(null);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown?.name !== page) {
    shown = { name: page, view: PAGES[page]() };
    main.replaceChildren(shown.view.element);
    document.title = `${page[0].toUpperCase()}${page.slice(1)} - MyCarrierPackets sandbox`;
  }
  try {
    await shown.view.open?.(item);
  } catch (error) {
    problem(error);
  }
}

async function describe() {
  const sandbox = await api("GET", "");
  const facts = [
    ["API", sandbox.api], ["Portal", sandbox.portal], ["User", `${sandbox.username}, or any other`],
    ["Password", sandbox.password], ["Carriers", String(sandbox.carriers)], ["Seed", String(sandbox.seed)],
    ["Profile", sandbox.profile],
  ];
  const reset = button("Reset", async () => {
    if (!confirm("Back to the state at the start? Customers, faults, log, clock and webhooks are forgotten.")) return;
    await api("POST", "/reset");
    shown = null;
    await show();
  });
  const fact = ([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  document.getElementById("about").replaceChildren(...facts.map(fact), h("div", {}, h("dd", {}, reset)));
}

const time = { at: 0, since: 0, held: true };

async function look() {
  const { now, held } = await api("GET", "/clock");
  Object.assign(time, { at: Date.parse(now), since: performance.now(), held });
  tick();
}

function tick() {
  const passed = time.held ? 0 : performance.now() - time.since;
  const now = new Date(time.at + passed).toISOString();
  document.getElementById("time").textContent = `${moment(now).slice(0, 19)} UTC${time.held ? ", held" : ""}`;
}

let stumbled = false;

async function changed(topics) {
  try {
    if (topics.has("clock")) await look();
    const { view } = shown ?? {};
    if (view?.follow && (topics.has("opened") || view.follow.topics.some((topic) => topics.has(topic)))) await view.follow.fill();
    if (stumbled) {
      // It may be another sandbox that answers now.
      await describe();
      problem(null);
    }
    stumbled = false;
  } catch (error) {
    stumbled = true;
    problem(error);
  }
}

function lost() {
  stumbled = true;
  problem(new Error("The sandbox does not answer. Is it still running?"));
}

// The address is the page's.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing) {
    const search = main.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "Escape" && place().item && !document.querySelector("dialog[open]")) {
    location.hash = within(null, { tab: null });
  }
});
window.addEventListener("hashchange", show);

await act(describe)();
await act(look)();
await show();
setInterval(tick, 1000);
watch(changed, lost);
