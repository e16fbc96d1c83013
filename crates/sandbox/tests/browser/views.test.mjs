// Every view of the console: what it shows of the sandbox, and that everybody can read it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browsing, received } from "./page.mjs";

// The checker is a script, which the pages do not allow.
const own = browsing({ pictures: process.env.VIEW_SCREENSHOTS, bypassCSP: true });
const { control, go } = own;
const sample = () => own.sandbox.call(own.token, "PreviewCarrier", { DOTNumber: "23868" });

test("a carrier's rating, cover, people and changes are those of the API", async () => {
  await control("POST", "/carriers/23868/events", { event: "reportIncident" });
  const carrier = await control("GET", "/carriers/23868");
  await go("#/carriers/23868");
  const { page } = own;
  await page.getByRole("heading", { name: "Sample Trucking LLC" }).waitFor();
  const { risk, policies, contacts } = carrier.profile;
  assert.equal(await page.locator(".tile").count(), 6);
  for (const { name, rating, infractions } of risk.categories) {
    const tile = page.locator(".tile").filter({ has: page.getByRole("heading", { name, exact: true }) });
    assert.equal(await tile.locator("strong").innerText(), rating);
    assert.equal(await tile.locator("li").count(), infractions.length);
  }
  await page.locator(".tile", { hasText: "An incident was reported: 1 report" }).waitFor();
  for (const { kind, number, until } of policies) await page.locator(".cover", { hasText: number }).filter({ hasText: kind }).filter({ hasText: until }).waitFor();
  for (const { email } of contacts) await page.locator("td", { hasText: email }).waitFor();
  await page.locator("li", { hasText: "reported 2026-03-18 by Example Brokerage LLC" }).waitFor();
  await own.accessible("carrier");
  await page.getByRole("link", { name: "Changes" }).click();
  await page.locator(".timeline > li", { hasText: "Incident reported" }).filter({ hasText: "Incident reports: 0 → 1" }).waitFor();
  await own.accessible("changes");
});

test("insurance that ends is said in words, and so is what a trigger did", async () => {
  const { policies: [auto] } = (await control("GET", "/carriers/23868")).profile;
  const days = (Date.parse(auto.until) - Date.parse("2026-03-18")) / 86_400_000;
  await go("#/carriers/23868");
  const { page } = own;
  const expected = days < 0 ? `ended ${-days} days ago` : `ends in ${days} days`;
  await page.locator(".cover", { hasText: auto.number }).filter({ hasText: expected }).waitFor();
  await page.getByRole("button", { name: "Change its data" }).click();
  await page.locator(".done", { hasText: "Done: Change its data." }).filter({ hasText: "→" }).waitFor();
  await own.accessible("trigger");
  // Somebody else does something to it: the page follows.
  await control("POST", "/carriers/23868/events", { event: "reportIncident" });
  await page.locator(".tile", { hasText: "1 report" }).waitFor();
});

test("papers are opened in place, as GetDocument gives them", async () => {
  await go("#/carriers/23868?tab=papers");
  const { page } = own;
  await page.locator(".papers > li").first().waitFor();
  await own.accessible("papers");
  for (const title of ["Certificate of insurance", "Form W-9", "Signed agreement", "The packet"]) {
    const paper = page.locator(".papers > li", { hasText: title }).first();
    const href = await paper.getByRole("link").getAttribute("href");
    const answer = await page.request.get(`${own.sandbox.api}${href}`);
    assert.equal(answer.headers()["content-type"], "application/pdf", title);
    assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
    await paper.getByRole("button").click();
    await page.locator("dialog[open] iframe").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  }
  assert.ok(page.url().includes("/carriers/23868"), "Escape closes the paper alone");
});

test("filters, tab, page and item are in the address, and the way back leads through them", async () => {
  await go("#/carriers?page=2&customer=ada");
  const { page } = own;
  await page.getByText("210 carriers, page 2 of 9").waitFor();
  assert.equal(await page.getByLabel("As seen by").inputValue(), "ada");
  await page.locator("tbody a").first().click();
  await page.locator(".detail h2").waitFor();
  await page.getByRole("link", { name: "Papers" }).click();
  await page.locator(".tabs [aria-current]", { hasText: "Papers" }).waitFor();
  assert.match(page.url(), /#\/carriers\/\d+\?page=2&customer=ada&tab=papers$/);
  const { url } = { url: page.url() };
  await page.goBack();
  await page.locator(".tabs [aria-current]", { hasText: "Overview" }).waitFor();
  await page.goBack();
  await page.locator(".detail").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("page 3 of 9").waitFor();
  await page.goBack();
  await page.getByText("page 2 of 9").waitFor();
  await page.goto("about:blank");
  await page.goto(url);
  await page.locator(".tabs [aria-current]", { hasText: "Papers" }).waitFor();
  await own.accessible("carriers");
});

test("a call is shown with its times, as curl without its token, and asked again", async () => {
  await sample();
  await go("#/requests?status=200&operation=PreviewCarrier");
  const { page } = own;
  await page.locator("tbody tr").first().getByRole("link").click();
  await page.locator(".detail", { hasText: "Real time" }).waitFor();
  await page.locator(".detail tr", { hasText: "Took" }).filter({ hasText: "ms" }).waitFor();
  await page.getByText("As curl", { exact: true }).click();
  const command = await page.locator(".detail details pre").innerText();
  assert.ok(command.includes('authorization: bearer $MCP_TOKEN"') && command.includes("PreviewCarrier?DOTNumber=23868"), command);
  assert.ok(!(await page.locator("body").innerText()).includes(own.token));
  await own.accessible("requests");
  const calls = async (operation) => (await control("GET", `/requests?operation=${operation}&customer=demo`)).total;
  await page.getByRole("button", { name: "Replay" }).click();
  while (await calls("PreviewCarrier") < 2) await page.waitForTimeout(50);
  // What changes something is asked for.
  await own.sandbox.call(own.token, "BlockCarrier", { DOTNumber: "23868" });
  await go("#/requests?operation=BlockCarrier");
  await page.locator("tbody tr", { hasText: "BlockCarrier" }).getByRole("link").click();
  page.once("dialog", (dialog) => dialog.dismiss());
  await page.getByRole("button", { name: "Replay" }).click();
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  assert.equal(await calls("BlockCarrier"), 1);
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Replay" }).click();
  while (await calls("BlockCarrier") < 2) await page.waitForTimeout(50);
});

test("the clock goes to an instant, and says what happened and what comes", async () => {
  await go("#/clock");
  const { page } = own;
  const coming = await control("GET", "/clock/events?limit=20");
  await page.getByRole("table", { name: "What comes next" }).locator("tbody tr").nth(coming.events.length - 1).waitFor();
  await page.getByLabel("An instant (UTC)").fill("2026-05-01T08:30:00");
  await page.getByRole("button", { name: "Skip to it" }).click();
  await page.locator("#time", { hasText: "2026-05-01 08:30:00 UTC, held" }).waitFor();
  await page.getByRole("table", { name: "What happened" }).locator("tbody tr").first().waitFor();
  await own.accessible("clock");
  await page.getByLabel("An instant (UTC)").fill("2026-01-01T08:30:00");
  await page.getByRole("button", { name: "Skip to it" }).click();
  await page.locator("#problem", { hasText: "The clock does not go back" }).waitFor();
});

test("a delivery shows its headers, what is signed, and what the receiver answered", async () => {
  await received(async (url, posted) => {
    const webhook = await control("POST", "/webhooks", { url, secret: "example-secret" });
    const { id } = await control("POST", `/webhooks/${webhook.id}/events`, { event: "carrier.packet.completed" });
    await go(`#/webhooks/${id}`);
    const { page } = own;
    await page.locator(".detail pre", { hasText: `mcp-signature: ${posted[0].headers["mcp-signature"]}` }).waitFor();
    await page.locator(".detail pre", { hasText: "got 1" }).waitFor();
    await page.getByText("The signed text").click();
    assert.equal(await page.locator(".detail details pre").innerText(), posted[0].body);
    await own.accessible("webhooks");
  });
});

test("a preset and a form of a kind each make rules, and what was done is said", async () => {
  await go("#/faults");
  const { page } = own;
  await page.getByRole("button", { name: "The vendor is down for 2 minutes" }).click();
  await page.locator(".done", { hasText: "Every call gets a 503" }).waitFor();
  assert.equal((await sample()).status, 503);
  await control("POST", "/clock", { advanceSeconds: 121 });
  assert.equal((await sample()).status, 200);
  await control("DELETE", "/faults");
  await page.getByLabel("Kind", { exact: true }).selectOption("delay");
  await page.getByLabel("ms of the kind").fill("35");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator("tbody tr", { hasText: "ms 35" }).waitFor();
  const [rule] = await control("GET", "/faults");
  assert.deepEqual([rule.kind, rule.ms], ["delay", 35]);
});

test("a scenario from the console is seen by a client, and undone by a reset", async () => {
  await go("#/scenarios");
  const { page } = own;
  const all = await control("GET", "/scenarios");
  for (const { name, about } of all) await page.locator(".scenarios > li", { hasText: about }).getByRole("button", { name: `Play ${name}` }).waitFor();
  const rating = async (dot) => (await (await own.sandbox.call(own.token, "PreviewCarrier", { DOTNumber: dot })).json())[0].RiskAssessment.Overall;
  const before = await rating(23868);
  await page.getByLabel("Carrier (DOT number)").fill("23868");
  await page.getByRole("button", { name: "Play authority-revoked" }).click();
  await page.locator(".done", { hasText: "Done: authority-revoked." }).filter({ hasText: "authority: revoked" }).waitFor();
  assert.notEqual(before, "Unacceptable");
  assert.equal(await rating(23868), "Unacceptable");
  // Without a number the scenario chooses, and links to whom it chose.
  await page.getByLabel("Carrier (DOT number)").fill("");
  await page.getByRole("button", { name: "Play double-brokering-ring" }).click();
  const links = page.locator(".done a");
  await links.nth(2).waitFor();
  const dots = await links.evaluateAll((found) => found.map((one) => one.href.split("/").pop()));
  const found = await (await own.sandbox.call(own.token, "FindAssociatedCarriers", { phone: "(312) 555-0142" })).json();
  for (const dot of dots) assert.ok(found.AssociatedCarriers.some((one) => String(one.DOTNumber) === dot), dot);
  await own.accessible("scenarios");
  await page.getByRole("button", { name: "Play vendor-down-2-minutes" }).click();
  await page.locator(".done", { hasText: "page on every call, until 2026-03-18 12:02:00 UTC" }).waitFor();
  assert.equal((await sample()).status, 503);
  await control("POST", "/clock", { advanceSeconds: 120 });
  assert.equal((await sample()).status, 200);
  await page.getByLabel("Carrier (DOT number)").fill("1");
  await page.getByRole("button", { name: "Play identity-theft" }).click();
  await page.locator("#problem", { hasText: "there is no carrier with DOT number 1" }).waitFor();
  await control("POST", "/reset");
  assert.equal(await rating(23868), before);
  await page.getByLabel("Carrier (DOT number)").fill("23868");
  await page.getByRole("button", { name: "Play packet-completed" }).click();
  await page.locator(".done").getByRole("link", { name: "Sample Trucking LLC (23868)" }).click();
  await page.locator(".detail").getByRole("heading", { name: "Sample Trucking LLC" }).waitFor();
});

test("the console and the reference of a namespace are of that namespace alone", async () => {
  const { page, sandbox } = own;
  const within = `${sandbox.api}/namespaces/ui`;
  const given = async (base) => (await (await fetch(`${base}/__sandbox/carriers/23868`)).json()).given;
  await page.goto(`${within}/#/scenarios`);
  await page.locator("#about", { hasText: within }).waitFor();
  await page.getByLabel("Carrier (DOT number)").fill("23868");
  await page.getByRole("button", { name: "Play authority-revoked" }).click();
  await page.locator(".done").getByRole("link", { name: "Sample Trucking LLC (23868)" }).click();
  await page.locator(".detail .who", { hasText: "DOT 23868" }).waitFor();
  assert.deepEqual([await given(within), await given(sandbox.api)], [{ authority: "revoked" }, {}]);
  // The events of the namespace are heard.
  await fetch(`${within}/__sandbox/carriers/23868/events`, { method: "POST", body: '{"event":"reportIncident"}' });
  await page.locator(".tile", { hasText: "1 report" }).waitFor();
  await page.getByRole("link", { name: "API reference" }).click();
  await page.getByText("Calls are signed in as demo.").waitFor();
  assert.equal(page.url(), `${within}/docs`);
  const calls = await (await fetch(`${within}/__sandbox/requests`)).json();
  assert.deepEqual(calls.requests.map((one) => one.operation), ["token", "portal token"]);
  await fetch(`${sandbox.api}/__sandbox/namespaces/ui`, { method: "DELETE" });
});

test("the other views are accessible, too", async () => {
  const { page } = own;
  await own.sandbox.call(own.token, "EmailPacketInvitation", { DOTNumber: "23868", carrierEmail: "ada@carrier.example" });
  await control("POST", "/faults", [{ kind: "status", code: 503, operation: "PreviewCarrier" }, { kind: "delay", ms: 10 }]);
  for (const [name, heading] of [["start", "A first call"], ["faults", "Rules in force"], ["outbox", null]]) {
    await go(`#/${name}`);
    await (heading ? page.getByRole("heading", { name: heading }) : page.locator("tbody tr").first()).waitFor();
    await page.waitForTimeout(300);
    await own.accessible(name);
  }
  await page.getByText("ada@carrier.example").first().waitFor();
  await go("#/start?in=python");
  await page.locator("pre", { hasText: `base = "${own.sandbox.api}"` }).waitFor();
  await page.getByLabel("Language").selectOption("go");
  await page.locator("pre", { hasText: "package main" }).waitFor();
  assert.ok(page.url().endsWith("#/start?in=go"));
});

test("nothing was asked of anybody else, and nothing went wrong unseen", () => {
  assert.deepEqual(own.outside, []);
  assert.deepEqual(own.complaints, []);
});
