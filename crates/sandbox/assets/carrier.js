// One carrier: its rating, its cover, its people and papers, what changed, and what can happen to it.

import { amount, button, h, moment, pretty, query, root, table } from "./dom.js";
import { within } from "./place.js";

const TABS = [[undefined, "Overview"], ["changes", "Changes"], ["papers", "Papers"], ["answers", "Answers"]];
const EVENTS = [
  ["change", "Change its data"],
  ["completePacket", "Complete its packet"],
  ["reportIncident", "Report an incident"],
  ["updateIncident", "Correct the report"],
  ["retractIncident", "Withdraw the report"],
];
const DAY = 86_400_000;

export function marks(carrier) {
  const mark = (is, text, kind) => (is ? h("span", { class: `tag ${kind}` }, text) : null);
  return [
    mark(carrier.monitored, "monitored", "good"),
    mark(carrier.blocked, "blocked", "bad"),
    mark(carrier.packet, "packet", "soft"),
    mark(!carrier.active, "inactive", "warn"),
  ];
}

const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);

// How far away a day is, in words.
export function away(today, day) {
  const count = days(today, day);
  const [number, unit] = Math.abs(count) < 730 ? [Math.abs(count), "day"] : [Math.floor(Math.abs(count) / 365.25), "year"];
  const size = `${number} ${unit}${number === 1 ? "" : "s"}`;
  if (count === 0) return "today";
  return count > 0 ? `in ${size}` : `${size} ago`;
}

const grade = (points) => (points >= 1000 ? "bad" : points >= 125 ? "warn" : "good");

function tile(name, { points, rating, infractions = [] }) {
  const rule = ({ text, output, points: own }) => h("li", {}, `${text}: `, h("b", {}, plain(output)), h("span", { class: "soft" }, ` (${own})`));
  return h("li", { class: `tile ${grade(points)}-edge` },
    h("h4", {}, name),
    h("p", {}, h("strong", { class: grade(points) }, rating), h("span", { class: "soft" }, ` ${amount(points)} points`)),
    infractions.length ? h("ul", { class: "rules" }, infractions.map(rule)) : null);
}

// What was found can be written as HTML; here it is text.
const plain = (text) => new DOMParser().parseFromString(text, "text/html").body.textContent;

function cover(policy, today) {
  const end = policy.cancelled ?? policy.until;
  const left = days(today, end);
  const kind = left < 0 ? "bad" : left <= 30 ? "warn" : "good";
  const length = Math.max(1, days(policy.from, policy.until));
  const share = (day) => Math.min(100, Math.max(0, (days(policy.from, day) / length) * 100));
  const part = (name, place) => {
    const own = h("span", { class: name });
    Object.entries(place).forEach(([property, value]) => own.style.setProperty(property, `${value}%`));
    return own;
  };
  const ends = policy.cancelled ? `cancelled ${away(today, policy.cancelled)}` : left < 0 ? `ended ${away(today, end)}` : `ends ${away(today, end)}`;
  return h("li", { class: "cover" },
    h("div", { class: "line" }, h("b", {}, policy.kind), h("span", {}, `$${amount(policy.limit)}`)),
    h("div", { class: "line soft" }, h("span", {}, `${policy.insurer}, ${policy.number}`), h("span", {}, `deductible $${amount(policy.deductible)}`)),
    h("div", { class: "bar-of-time", role: "img", "aria-label": `${policy.kind} from ${policy.from} until ${policy.until}, ${ends}` },
      part(`filled ${kind}-fill`, { width: share(end) }), part("today", { left: share(today) })),
    h("div", { class: "line" }, h("span", { class: "soft" }, policy.from), h("span", { class: kind }, ends), h("span", { class: "soft" }, policy.until)));
}

function contact(own) {
  const verified = own.verification ?? "not asked";
  return h("tr", {}, h("td", {}, own.name, h("div", { class: "soft" }, own.title)), h("td", { class: "long" }, own.email, h("div", { class: "soft" }, own.phone)),
    h("td", { class: { Verified: "good", Denied: "bad" }[own.verification] ?? "soft" }, verified),
    h("td", {}, own.authorized ? "yes" : own.authorized === false ? "no" : ""));
}

function incident(own) {
  return h("li", {}, h("b", {}, own.IncidentTypes.join(", ")), ` on ${own.IncidentDate}, ${own.OriginCity} to ${own.DestinationCity}`,
    h("div", { class: "soft" }, `reported ${own.CreatedDate.slice(0, 10)} by ${own.ReportedByCompany}${own.ModifiedDate ? `, corrected ${own.ModifiedDate.slice(0, 10)}` : ""}`));
}

function change(own) {
  const fact = ({ fact: name, before, after }) => h("li", {}, `${name}: `, h("del", {}, before), " → ", h("ins", {}, after));
  return h("li", {}, h("b", {}, own.what), own.byHand ? h("span", { class: "tag soft gap" }, "this customer") : null,
    h("div", { class: "soft" }, `${moment(own.at).slice(0, 19)} UTC`),
    own.changes.length ? h("ul", { class: "facts" }, own.changes.map(fact)) : null);
}

function overview(carrier, today) {
  const { profile } = carrier;
  const reports = carrier.answers.GetCarrierIncidentReports?.IncidentReports ?? carrier.answers.GetCarrierIncidentReports?.[0]?.IncidentReports ?? [];
  return [
    h("h3", {}, "Risk"),
    h("ul", { class: "tiles" }, tile("Overall", profile.risk), profile.risk.categories.map((own) => tile(own.name, own))),
    h("h3", {}, "Insurance"),
    h("ul", { class: "covers" }, profile.policies.map((own) => cover(own, today))),
    h("h3", {}, "Contacts"),
    table("Contacts", ["Name", "Reached at", "Verified", "May sign"], profile.contacts.map(contact), "It lists nobody."),
    h("h3", {}, "Incident reports"),
    reports.length ? h("ul", { class: "plain" }, reports.map(incident)) : h("p", { class: "empty" }, "None stands."),
  ];
}

function papers(carrier, customer) {
  const all = carrier.profile.papers.map((own) => ({ ...own, href: `${root}/__sandbox/blobs${query({ name: own.name, customer })}` }));
  if (carrier.packet) all.unshift({ title: "The packet: all papers in one", type: "application/pdf", href: `${root}/__sandbox/carriers/${carrier.dot}/packet${query({ customer })}` });
  if (!all.length) return [h("p", { class: "empty" }, "It has no papers: it has completed no packet, and no certificate is on file.")];
  const paper = (own) => h("li", { class: "line" },
    h("span", {}, own.title, own.name ? h("div", { class: "soft long" }, own.name) : null),
    h("span", { class: "buttons" }, button("Show", () => open(own), { "aria-label": `Show ${own.title} ${own.name ?? ""}` }), h("a", { href: own.href, target: "_blank", rel: "noopener" }, "In a new tab")));
  return [h("ul", { class: "plain papers" }, all.map(paper))];
}

function open({ title, type, href }) {
  const place = type === "image/png" ? h("img", { src: href, alt: title }) : h("iframe", { src: href, title });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const dialog = h("dialog", { class: "paper", "aria-label": title, onclose: () => dialog.remove() },
    h("div", { class: "head" }, h("h2", {}, title), h("span", { class: "buttons" }, h("a", { href, target: "_blank", rel: "noopener" }, "In a new tab"), close)), place);
  document.body.append(dialog);
  dialog.showModal();
}

function answers(carrier) {
  return Object.entries(carrier.answers).map(([name, value]) => h("details", {}, h("summary", {}, name), h("pre", { tabIndex: 0 }, pretty(value))));
}

export function carrier(own, { day, done, happen, customer, tab }) {
  const chosen = TABS.some(([name]) => name === tab) ? tab : undefined;
  const link = ([name, text]) => h("a", { href: within(own.dot, { tab: name }), "aria-current": name === chosen ? "true" : null }, text);
  const body = { changes: () => changes(own), papers: () => papers(own, customer), answers: () => answers(own) }[chosen] ?? (() => overview(own, day));
  return [
    h("p", { class: "who" }, `DOT ${own.dot}${own.docket ? `, ${own.docket}` : ""}, ${own.city}, ${own.state}. Authority: ${own.profile.authority}. `, marks(own)),
    h("div", { class: "buttons", role: "group", "aria-label": "Trigger an event" }, EVENTS.map(([event, text]) => button(text, () => happen(event, text)))),
    h("div", { role: "status" }, done ? h("div", { class: "done" }, h("p", {}, `Done: ${done.text}.`), done.change ? h("ul", { class: "plain" }, change(done.change)) : null) : null),
    h("nav", { class: "tabs", "aria-label": "Of this carrier" }, TABS.map(link)),
    ...body(),
  ];
}

function changes(own) {
  if (!own.changes.length) return [h("p", { class: "empty" }, "Nothing happened in the last 90 days.")];
  return [h("ol", { class: "timeline", "aria-label": "The last 90 days, newest first" }, own.changes.map(change))];
}
