// Elements, calls of the control API, and how things are shown. Texts are only ever set as texts.

// Where this sandbox is on its host: nowhere in particular, or in a namespace.
export const root = location.pathname.replace(/\/[^/]*$/, "");

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export async function api(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = typeof body === "string" ? body : JSON.stringify(body);
  }
  let response, text;
  try {
    response = await fetch(`${root}/__sandbox${path}`, options);
    text = await response.text();
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  if (response.status === 204) return null;
  const answer = JSON.parse(text, whole);
  if (!response.ok) throw new Error([answer.error, answer.try].filter(Boolean).join(". "));
  return answer;
}

// Integers that a number of JavaScript cannot hold stay as they were written.
function whole(name, value, context) {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source ? context.source : value;
}

export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

// The documented names of the API's operations.
export async function operations() {
  const { paths } = await (await fetch(`${root}/openapi.json`)).json();
  return Object.keys(paths).map((path) => path.split("/").pop()).filter((name) => /^[A-Z]\w+$/.test(name)).sort();
}

export function problem(error) {
  const place = document.getElementById("problem");
  place.textContent = error ? error.message : "";
  place.hidden = !error;
}

// Runs what a button does, and shows what went wrong.
export function act(work) {
  return async (event) => {
    event?.preventDefault();
    const button = event?.submitter ?? (event?.currentTarget instanceof HTMLButtonElement ? event.currentTarget : null);
    // A disabled button would lose the focus.
    if (button?.ariaBusy) return;
    if (button) button.ariaBusy = "true";
    try {
      await work(event);
      problem(null);
    } catch (error) {
      problem(error);
    } finally {
      if (button) button.ariaBusy = null;
    }
  };
}

export function button(text, work, properties = {}) {
  return h("button", { type: "button", onclick: act(work), ...properties }, text);
}

let fields = 0;

export function field(text, control) {
  control.id ||= `field-${++fields}`;
  return h("div", { class: "field" }, h("label", { for: control.id }, text), control);
}

export function check(text, checked, work) {
  return h("label", { class: "check" }, h("input", { type: "checkbox", checked, onchange: act(work) }), text);
}

export function table(caption, heads, rows, empty) {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  // Over buttons there is nothing to say.
  const head = heads.map((text) => (text === "" ? h("td") : h("th", { scope: "col", class: text.endsWith("#") ? "number" : null }, text.replace(/ #$/, ""))));
  return h("div", { class: "wide" },
    h("table", { "aria-label": caption }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

export function choice(options, value, work) {
  const items = options.map(([key, text]) => h("option", { value: key, selected: key === value }, text));
  return h("select", { onchange: work }, items);
}

const drawn = new WeakMap();
const name = (element) => element.getAttribute("href") ?? element.getAttribute("aria-label") ?? (element.id || element.textContent);
const controls = (place) => [...place.querySelectorAll("a, button, input, select, summary, pre")].filter((one) => !one.disabled);
const typed = (place) => place.querySelectorAll("input:not([type=checkbox]), select");

// Draws what the data has become. What did not change stays; of the rest, who has the focus, what is open and what was
// typed are as before.
export function draw(place, data, make) {
  const now = JSON.stringify(data);
  if (drawn.get(place) === now) return;
  drawn.set(place, now);
  const before = controls(place);
  const at = before.indexOf(document.activeElement);
  const opened = new Set([...place.querySelectorAll("details[open] > summary")].map(name));
  const values = new Map([...typed(place)].map((one) => [name(one), one.value]));
  place.replaceChildren(...[make()].flat());
  for (const summary of place.querySelectorAll("summary")) if (opened.has(name(summary))) summary.parentElement.open = true;
  for (const one of typed(place)) if (values.has(name(one))) one.value = values.get(name(one));
  if (at < 0) return;
  const after = controls(place);
  const same = after.find((one) => name(one) === name(before[at])) ?? after[Math.min(at, after.length - 1)];
  if (!same) place.tabIndex = -1;
  (same ?? place).focus({ preventScroll: true });
}

// A text that is JSON, or a value of it. Numbers stay as they were written, where the browser can tell.
export function pretty(text) {
  const exact = (key, value, context) => (typeof value === "number" && context?.source && JSON.rawJSON ? JSON.rawJSON(context.source) : value);
  try {
    return JSON.stringify(typeof text === "string" ? JSON.parse(text, exact) : text, null, 2);
  } catch {
    return text;
  }
}

export function status(value) {
  if (value === null) return h("span", { class: "bad" }, "no answer");
  return h("span", { class: value < 300 ? "good" : value < 500 ? "warn" : "bad" }, String(value));
}

export function moment(text) {
  return text.replace("T", " ").replace(/(\.\d{1,3})\d*/, "$1").replace("Z", "");
}

// An amount with thousands separators: 1,000,000.
export const amount = (value) => value.toLocaleString("en-US");

// A button that copies a text, or marks it where it stands if the browser lets nobody copy.
export function copy(text, shown, label = "Copy") {
  return button(label, async (event) => {
    const self = event.currentTarget;
    try {
      await navigator.clipboard.writeText(text);
      self.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(shown);
      self.textContent = "Marked: copy it by hand";
    }
    setTimeout(() => { self.textContent = label; }, 2000);
  });
}
