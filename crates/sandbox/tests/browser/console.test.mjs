// The console in a real browser: Debian's chromium, or the one that CHROMIUM names.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { beforeEach, test } from "node:test";
import { browsing, received, shot as picture } from "./page.mjs";

const folder = process.env.SCREENSHOTS;
// A picture has the address that people know.
const own = browsing({ pictures: folder, options: folder ? ["--port", "8080"] : [] });
const { control, go, open } = own;
let page, sandbox, token;
beforeEach(() => ({ page, sandbox, token } = own));
const shot = (name) => picture(own.page, folder, name);

const text = (selector) => page.locator(selector).innerText();

test("a carrier is looked up, and something happens to it", async () => {
  await go("#/carriers");
  await page.getByLabel("Search").fill("sample");
  await page.getByText("1 carriers, page 1 of 1").waitFor();
  await page.getByLabel("Search").fill("");
  await page.getByText("210 carriers, page 1 of 9").waitFor();
  await shot("carriers");
  await page.getByRole("link", { name: "23868" }).click();
  await page.getByRole("heading", { name: "Sample Trucking LLC" }).waitFor();
  await page.getByRole("button", { name: "Report an incident" }).click();
  await page.locator(".done", { hasText: "Report an incident" }).waitFor();
  await shot("carrier");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 900 });
  await shot("dark");
  await page.getByRole("link", { name: "Answers" }).click();
  await page.getByText("GetCarrierIncidentReports").click();
  await page.locator("details", { hasText: "GetCarrierIncidentReports" }).getByText('"CreatedDate": "2026-03-18T12:00:00"').waitFor();
  // What cannot be is said.
  await page.getByRole("button", { name: "Withdraw the report" }).click();
  await page.waitForTimeout(300);
  await page.getByRole("button", { name: "Withdraw the report" }).click();
  await page.locator("#problem", { hasText: "no incident with this carrier was reported since the start" }).waitFor();
});

test("the keyboard is enough", async () => {
  await go("#/carriers");
  await page.getByText("210 carriers").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("sample trucking");
  await page.getByText("1 carriers").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("h2:focus", { hasText: "Sample Trucking LLC" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".detail").waitFor({ state: "hidden" });
  await page.locator("a:focus", { hasText: "23868" }).waitFor();
  // What a button changes leaves the focus on it, and open what was open.
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Answers" }).click();
  await page.getByText("GetCarrierData").click();
  await page.getByRole("button", { name: "Change its data" }).focus();
  const before = await text("details[open] pre");
  await page.keyboard.press("Enter");
  await page.waitForFunction((old) => document.querySelector("details[open] pre")?.innerText !== old, before);
  await page.locator("details[open]", { hasText: "GetCarrierData" }).waitFor();
  await page.locator("button:focus", { hasText: "Change its data" }).waitFor();
  await page.goto("about:blank");
  await go("#/carriers/23868");
  await page.getByRole("heading", { name: "Sample Trucking LLC" }).waitFor();
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await page.locator("main:focus").waitFor();
  assert.equal(new URL(page.url()).hash, "#/carriers/23868");
  // Every control has a name.
  for (const place of ["#/start", "#/carriers", "#/requests", "#/faults", "#/clock", "#/webhooks", "#/outbox"]) {
    await go(place);
    await page.waitForTimeout(200);
    const nameless = await page.evaluate(() => [...document.querySelectorAll("input, select, textarea, button, a")]
      .filter((own) => !(own.labels?.length || own.getAttribute("aria-label") || own.textContent.trim())).map((own) => own.outerHTML));
    assert.deepEqual(nameless, [], place);
  }
});

test("calls are seen as they come, and whatever they hold is shown as text", async () => {
  await go("#/requests");
  await page.getByText("No call has come.").waitFor();
  const hostile = "<img src=x onerror=window.hit=1>";
  await sandbox.call(token, "PreviewCarrier", { DOTNumber: "23868" });
  await sandbox.call(token, "PreviewCarrier", { DOTNumber: hostile });
  await sandbox.call(token, "FindAssociatedCarriers", { email: "ada@carrier.example" });
  await page.locator("tbody tr", { hasText: "DOTNumber=23868" }).waitFor();
  await page.locator("tbody tr", { hasText: hostile }).waitFor();
  await page.locator("tbody tr", { hasText: "FindAssociatedCarriers" }).waitFor();
  await page.locator("tbody tr", { hasText: hostile }).getByRole("link").click();
  await page.locator(".detail", { hasText: "The request is invalid." }).waitFor();
  assert.ok((await text(".detail")).includes("authorization: bearer"));
  assert.ok(!(await text("body")).includes(token));
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator("img").count(), 0);
  await shot("requests");
  await page.getByLabel("Status").fill("400");
  await page.locator("tbody tr", { hasText: "DOTNumber=23868" }).waitFor({ state: "detached" });
  await page.locator("tbody tr", { hasText: hostile }).waitFor();
  assert.equal(await page.getByRole("table", { name: "Calls" }).locator("tbody tr").count(), 1);
});

test("a fault is switched on, the client gets it, and it is switched off", async () => {
  await go("#/faults");
  await page.getByLabel("On operation").fill("PreviewCarrier");
  await page.getByLabel("To which calls").selectOption("first");
  await page.getByLabel("How many").fill("2");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("tbody tr", { hasText: "status" }).waitFor();
  const sample = () => sandbox.call(token, "PreviewCarrier", { DOTNumber: "23868" });
  const answer = await sample();
  assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "30"]);
  await page.locator("tbody tr", { hasText: "first 2" }).locator("td", { hasText: /^1$/ }).first().waitFor();
  await page.getByLabel("Kind", { exact: true }).selectOption("pageDrift");
  assert.equal(await page.getByLabel("On operation").inputValue(), "MonitoredCarriers");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("tbody tr", { hasText: "pageDrift" }).waitFor();
  await shot("faults");
  await page.getByRole("button", { name: "End status" }).click();
  await page.locator("tbody tr", { hasText: "status" }).waitFor({ state: "detached" });
  assert.equal((await sample()).status, 200);
  await page.getByText("As JSON").click();
  await page.getByLabel("Members of the kind, as JSON").fill('{"items": ');
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#problem", { hasText: "Choose the kind again for its example." }).waitFor();
  await page.getByLabel("Members of the kind, as JSON").fill('{"items": "many"}');
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#problem", { hasText: "items must be a whole number from 1 to" }).waitFor();
});

test("a webhook is added, an event is sent, and its delivery is seen", async () => {
  await received(async (url, posted) => {
    await go("#/webhooks");
    await page.getByLabel("Address").fill(url);
    await page.getByLabel("Secret", { exact: true }).fill("example-secret");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByRole("button", { name: "Send it now" }).click();
    await page.locator("tbody tr", { hasText: "delivered" }).waitFor();
    const signature = createHmac("sha256", "example-secret").update(posted[0].body).digest("hex");
    assert.equal(posted[0].headers["mcp-signature"], signature);
    assert.equal(posted[0].headers["mcp-event"], "carrier.packet.completed");
    await page.getByRole("button", { name: "Resend 1" }).click();
    await page.locator("tbody tr", { hasText: "waiting" }).waitFor();
    await page.locator("tbody tr").getByRole("link").first().click();
    await page.locator(".detail", { hasText: "signaturePersonEmail" }).waitFor();
    await shot("webhooks");
    await page.getByLabel("wrong signature").check();
    await page.waitForTimeout(1500);
    assert.ok(await page.getByLabel("wrong signature").isChecked());
  }, { port: folder ? 9000 : 0, answer: (count) => (count === 1 ? 200 : 500) });
});

test("the clock is skipped, and the state goes back to the start", async () => {
  await go("#/clock");
  await page.getByRole("button", { name: "30 days" }).click();
  await page.locator("#time", { hasText: "2026-04-17 12:00:00 UTC, held" }).waitFor();
  await shot("clock");
  await go("#/scenarios");
  await page.getByRole("button", { name: "Play double-brokering-ring" }).click();
  await page.locator(".done a").nth(2).waitFor();
  await shot("scenarios");
  await go("#/clock");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Reset" }).click();
  await page.locator("#time", { hasText: "2026-03-18 12:00:00 UTC, held" }).waitFor();
});

test("the reference calls the sandbox", async () => {
  await go("docs");
  await page.getByText("Calls are signed in as demo.").waitFor();
  const operation = page.locator("#operations-carriers-preview_carrier, [id$=preview_carrier]").first();
  await operation.locator(".opblock-summary-control").click();
  await operation.locator("input[placeholder=DOTNumber]").fill("23868");
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table", { hasText: "Sample Trucking LLC" }).waitFor();
  await operation.locator(".live-responses-table .response-col_status", { hasText: "200" }).first().waitFor();
  // The portal has tokens of its own, and a port.
  const portal = page.locator("[id$=get_portal_token], [id$=portal_token]").first();
  await portal.locator(".opblock-summary-control").click();
  for (const [name, value] of [["grant_type", "password"], ["username", "demo"], ["password", "demo"]]) {
    const place = portal.locator(`tr[data-param-name=${name}]`);
    if (await place.locator("select").count()) await place.locator("select").selectOption(value);
    else await place.locator("input").fill(value);
  }
  await portal.getByRole("button", { name: "Execute" }).click();
  await portal.locator(".live-responses-table", { hasText: "access_token" }).waitFor();
  await portal.locator(".opblock-summary-control").click();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shot("docs");
  // A token that ended is replaced.
  await control("POST", "/clock", { advanceSeconds: 15 * 86400 });
  await operation.getByRole("button", { name: "Execute" }).click();
  await page.getByText("Signed in as demo again").waitFor();
  await operation.getByRole("button", { name: "Execute" }).click();
  await operation.locator(".live-responses-table .response-col_status", { hasText: "200" }).first().waitFor();
  await go("docs?control");
  await page.locator("[id$=setClock] .opblock-summary-control").click();
  await page.locator("[id$=setClock]").getByRole("button", { name: "Execute" }).click();
  await page.locator("[id$=setClock] .live-responses-table", { hasText: '"held": true' }).waitFor();
});

test("the reference to read draws every operation, and asks nobody", async () => {
  await go("docs");
  await page.getByRole("link", { name: "To read" }).click();
  await page.locator("[id*=preview_carrier]").first().waitFor();
  const drawn = await page.locator("[data-section-id^='operation/'], [data-section-id*='/operation/']").count();
  assert.ok(drawn >= 20, `${drawn} operations`);
  await shot("reference");
});

test("what is read, chosen or typed stays while the page follows the sandbox", async () => {
  const polled = () => page.waitForTimeout(1600);
  await control("POST", "/faults", { kind: "status", code: 503, operation: "MonitoredCarriers" });
  await go("#/faults");
  await page.getByRole("button", { name: "End status" }).focus();
  await polled();
  await page.locator("button:focus", { hasText: "End" }).waitFor({ timeout: 1000 });
  const webhook = await control("POST", "/webhooks", { url: "http://127.0.0.1:9/mcp" });
  const delivery = await control("POST", `/webhooks/${webhook.id}/events`, { event: "carrier.packet.completed" });
  await go(`#/webhooks/${delivery.id}`);
  const body = page.locator(".detail pre").first();
  await body.evaluate((own) => { own.scrollTop = 50; getSelection().selectAllChildren(own); });
  const selected = () => page.evaluate(() => String(getSelection()).length);
  const marked = await selected();
  assert.ok(marked > 100);
  await page.getByRole("button", { name: `Resend ${delivery.id}` }).focus();
  await polled();
  assert.deepEqual([await body.evaluate((own) => own.scrollTop), await selected()], [50, marked]);
  await page.locator("button:focus", { hasText: "Resend" }).waitFor({ timeout: 1000 });
  await page.getByLabel("New secret").fill("half a secr");
  await control("PATCH", `/webhooks/${webhook.id}`, { duplicate: true });
  await page.locator("label:has(:checked)", { hasText: "twice" }).waitFor();
  assert.equal(await page.getByLabel("New secret").inputValue(), "half a secr");
});

test("the log shows each call once, and is that of the sandbox", async () => {
  const preview = () => sandbox.call(token, "PreviewCarrier", { DOTNumber: "23868" });
  const numbers = () => page.locator("tbody td:first-child").allInnerTexts();
  await control("DELETE", "/requests");
  await preview();
  const [{ number }] = (await control("GET", "/requests")).requests;
  await go("#/requests");
  await page.locator("tbody tr").waitFor();
  await page.locator("tbody a").focus();
  for (let i = 1; i <= 30; i += 1) {
    await preview();
    await page.evaluate((place) => { location.hash = place; }, i % 2 ? `#/requests/${number}` : "#/requests");
    await page.waitForTimeout(70);
  }
  await page.locator("tbody tr").nth(30).waitFor();
  await page.waitForTimeout(1200);
  assert.deepEqual(await numbers(), Array.from({ length: 31 }, (_, i) => String(number + 30 - i)));
  await page.locator(`a:focus[href="#/requests/${number}"]`).waitFor({ timeout: 1000 });
  // A call that waits for its answer gets it before one's eyes.
  await control("POST", "/faults", { kind: "delay", ms: 2500, first: 1 });
  const slow = preview();
  await page.locator("tbody tr", { hasText: "no answer" }).getByRole("link").click();
  await page.locator(".detail", { hasText: "There is no answer, or not yet." }).waitFor();
  await slow;
  await page.locator(".detail", { hasText: "Sample Trucking LLC" }).waitFor();
  await page.getByLabel("Status").fill("2oo");
  await page.locator("#problem", { hasText: "status must be a whole number" }).waitFor();
  await page.getByLabel("Status").fill("200");
  await page.locator("#problem").waitFor({ state: "hidden" });
  // Somebody else clears the log.
  await control("DELETE", "/requests");
  await page.getByText("No call has come.").waitFor();
});

test("addresses that lead nowhere, answers out of order and large numbers do no harm", async () => {
  for (const [place, said] of [["carriers/1", "no carrier"], ["carriers/%E0%A4%A", "no carrier"], ["requests/999999", "no request"], ["webhooks/999", "no delivery"]]) {
    await go(`#/${place}`);
    await page.locator("#problem", { hasText: said }).waitFor();
    assert.equal(await page.locator(".detail").isVisible(), false, place);
  }
  await go("#/constructor");
  await page.getByRole("heading", { name: "A first call" }).waitFor();
  await shot("start");
  await go("#/carriers");
  await page.getByText("210 carriers").waitFor();
  let held;
  await page.route("**/__sandbox/carriers?search=s&*", async (route) => { held = route; });
  await page.getByLabel("Search").fill("s");
  while (!held) await page.waitForTimeout(20);
  await page.getByLabel("Search").fill("sample");
  await page.getByText("1 carriers").waitFor();
  await Promise.all([page.waitForResponse("**/carriers?search=s&*"), held.continue()]);
  await page.waitForTimeout(300);
  await page.getByText("1 carriers").waitFor({ timeout: 1000 });
  const seed = "9007199254740993";
  await page.route("**/__sandbox", async (route) => {
    const answer = await (await route.fetch()).text();
    await route.fulfill({ contentType: "application/json", body: answer.replace(/"seed":\d+/, `"seed":${seed}`) });
  });
  await page.reload();
  await page.locator("#about", { hasText: seed }).waitFor();
  // What is on its way ends with the test.
  await page.unrouteAll({ behavior: "wait" });
});

test("nothing was asked of anybody else, and nothing went wrong unseen", () => {
  assert.deepEqual(own.outside, []);
  assert.deepEqual(own.complaints, []);
});
