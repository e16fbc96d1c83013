// The frame of the console: which page is shown, the clock, the sandbox itself.

import { act, api, button, h, moment, problem } from "/dom.js";
import { carriers } from "/carriers.js";
import { requests } from "/requests.js";
import { faults } from "/faults.js";
import { outbox } from "/outbox.js";
import { clock, webhooks } from "/webhooks.js";

const PAGES = { carriers, requests, faults, clock, webhooks, outbox };
const main = document.getElementById("main");
let shown = null;

// The page and the item that the address names: #/requests/12
function place() {
  const [page, item] = location.hash.replace(/^#\/?/, "").split("/");
  return { page: Object.hasOwn(PAGES, page) ? page : "carriers", item: item || null };
}

async function show() {
  const { page, item } = place();
  problem(null);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (shown?.name !== page) {
    shown?.view.end?.();
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

async function tell() {
  const sandbox = await api("GET", "");
  const facts = [
    ["API", sandbox.api], ["Portal", sandbox.portal], ["User", `${sandbox.username}, or any other`],
    ["Password", sandbox.password], ["Carriers", String(sandbox.carriers)], ["Seed", String(sandbox.seed)],
    ["Profile", sandbox.profile],
  ];
  const reset = button("Reset", async () => {
    if (!confirm("Back to the state at the start? Customers, faults, log, clock and webhooks are forgotten.")) return;
    await api("POST", "/reset");
    shown?.view.end?.();
    shown = null;
    await show();
  });
  const fact = ([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  document.getElementById("about").replaceChildren(...facts.map(fact), h("div", {}, h("dd", {}, reset)));
}

let ticking = false;
let stumbled = false;

async function tick() {
  if (document.hidden || ticking) return;
  ticking = true;
  try {
    const { now, held } = await api("GET", "/clock");
    document.getElementById("time").textContent = `${moment(now).slice(0, 19)} UTC${held ? ", held" : ""}`;
    await shown?.view.tick?.();
    if (stumbled) {
      // It may be another sandbox that answers now.
      await tell();
      problem(null);
    }
    stumbled = false;
  } catch (error) {
    stumbled = true;
    problem(error);
  } finally {
    ticking = false;
  }
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
  } else if (event.key === "Escape" && place().item) {
    location.hash = `#/${place().page}`;
  }
});
window.addEventListener("hashchange", show);

await act(tell)();
await show();
await tick();
setInterval(tick, 1000);
