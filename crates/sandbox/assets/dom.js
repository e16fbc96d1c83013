// Elements, calls of the control API, and how things are shown. Texts are only ever set as texts.

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
  let response;
  try {
    response = await fetch(`/__sandbox${path}`, options);
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error([answer.error, answer.try].filter(Boolean).join(". "));
  return answer;
}

export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

// The documented names of the API's operations.
export async function operations() {
  const { paths } = await (await fetch("/openapi.json")).json();
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
    if (button) button.disabled = true;
    try {
      await work(event);
      problem(null);
    } catch (error) {
      problem(error);
    } finally {
      if (button) button.disabled = false;
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
  const head = heads.map((text) => h("th", { scope: "col", class: text.endsWith("#") ? "number" : null }, text.replace(/ #$/, "")));
  return h("div", { class: "wide" },
    h("table", { "aria-label": caption }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

export function choice(options, value, work) {
  const items = options.map(([key, text]) => h("option", { value: key, selected: key === value }, text));
  return h("select", { onchange: work }, items);
}

export function pretty(text) {
  try {
    return JSON.stringify(typeof text === "string" ? JSON.parse(text) : text, null, 2);
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
