// The portal's pages and the outbox in a real browser: a carrier completes its packet, and what is shown is accessible.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { start } from "./sandbox.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = process.env.PORTAL_SCREENSHOTS;
const key = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";
let sandbox, browser, context, page, token;
const outside = [];
const complaints = [];

before(async () => {
  sandbox = await start();
  token = await sandbox.signIn();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  if (folder) mkdirSync(folder, { recursive: true });
});

after(async () => {
  await browser?.close();
  await sandbox?.stop();
});

beforeEach(async () => {
  await fetch(`${sandbox.api}/__sandbox/reset`, { method: "POST" });
  await open();
});

async function open(options = {}) {
  await context?.close();
  // The checker is a script, which the pages do not allow.
  context = await browser.newContext({ viewport: { width: 1000, height: 900 }, bypassCSP: true, ...options });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  page.on("request", (request) => {
    if (![sandbox.api, sandbox.portal].some((own) => request.url().startsWith(`${own}/`)) && !request.url().startsWith("data:")) outside.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 4")) complaints.push(message.text());
  });
}

async function violations() {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.map((own) => `${own.id}: ${own.nodes.map((node) => node.html).join(" | ")}`);
}

async function accessible(name) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1000, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await violations(), [], `${name} ${colorScheme} ${width}`);
      const cut = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.ok(!cut, `${name} is wider than ${width} pixels`);
      if (folder) await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
}

async function complete(name) {
  await page.getByLabel("These data are right").check();
  await page.getByLabel("This insurance is in force").check();
  await page.getByLabel("Quick pay").check();
  await page.getByLabel("Limited liability company").check();
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Your title").fill("Owner");
  await page.getByLabel("I agree to sign electronically").check();
}

async function received(wanted) {
  const posted = [];
  const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; }).on("end", () => {
      posted.push(JSON.parse(body));
      response.writeHead(200).end();
    });
  });
  await new Promise((listening) => receiver.listen(0, "127.0.0.1", listening));
  try {
    const webhook = { url: `http://127.0.0.1:${receiver.address().port}/mcp`, events: ["carrier.packet.completed"] };
    await fetch(`${sandbox.api}/__sandbox/webhooks`, { method: "POST", body: JSON.stringify(webhook) });
    await wanted(async () => {
      for (let waited = 0; !posted.length && waited < 10_000; waited += 50) await page.waitForTimeout(50);
      return posted;
    });
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}

test("an invitation is completed by a carrier in the portal: the packet is polled, and the webhook comes", async () => {
  await received(async (events) => {
    const invited = await sandbox.call(token, "EmailPacketInvitation", { DOTNumber: "23868", carrierEmail: "ada@carrier.example" });
    assert.equal(invited.status, 200);
    await page.goto(`${sandbox.api}/#/outbox`);
    await page.locator("tbody tr", { hasText: "ada@carrier.example" }).getByRole("link").click();
    await page.locator(".detail h2:focus", { hasText: "Invitation" }).waitFor();
    assert.deepEqual(await violations(), []);
    if (folder) await page.screenshot({ path: `${folder}/outbox.png` });
    const opened = context.waitForEvent("page");
    await page.locator(".detail ul a").click();
    const portal = await opened;
    const outbox = page;
    page = portal;
    await page.getByRole("heading", { name: "Complete your carrier packet" }).waitFor();
    await page.getByText("Sample Trucking LLC, DOT 23868, MC113843").waitFor();
    await complete("Ada Oak <b>");
    await page.getByLabel("A certificate, a form W-9").setInputFiles({ name: "w9.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-") });
    await page.getByRole("button", { name: "Sign and send the packet" }).click();
    await page.getByRole("heading", { name: "Your packet is complete" }).waitFor();
    await page.getByText("Ada Oak <b>").waitFor();
    await page.getByText("w9.pdf (5 bytes)").waitFor();
    page = outbox;
    await page.locator("tbody tr", { hasText: "completed its packet" }).first().waitFor();
    const posted = await events();
    assert.equal(posted[0].eventData.agreement.signaturePerson, "Ada Oak <b>");
    assert.equal(posted[0].eventData.carrier.dotNumber, 23868);
    const window = { fromDate: "2026-03-18T12:00:00", toDate: "2026-03-18T12:00:00" };
    const rows = await (await sandbox.call(token, "CompletedPackets", window)).json();
    assert.ok(rows.some((row) => row.DOTNumber === 23868));
  });
});

test("what is missing is said, and every page is accessible, wide and narrow, light and dark", async () => {
  const pages = {
    start: "", search: `${key}/Carrier/Intellivite`, "search-wrong": `${key}/Carrier/Intellivite?dotNumber=x`,
    invitation: `${key}/Carrier/Intellivite/brenda/23868/MC113843`,
    send: "RegisteredCustomer/SendCarrierPacket?dotNumber=23868", carrier: "CarrierInformation/DOTNumber/23868",
    insurance: "CarrierInformation/DOTNumber/23868/DocketNumber/MC113843?requestInsurance=true",
    wrong: "CarrierInformation/DOTNumber/1",
  };
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(`${sandbox.portal}/${path}`);
    await accessible(name);
  }
  await page.goto(`${sandbox.portal}/${pages.invitation}`);
  await page.getByRole("button", { name: "Sign and send the packet" }).click();
  await page.locator(".problems:focus").waitFor();
  assert.match(await page.title(), /^Error: /);
  await accessible("problems");
  await page.getByRole("link", { name: "Choose how you are paid" }).click();
  await page.locator("#payment:focus").waitFor();
  await complete("Ada Oak");
  await page.getByRole("button", { name: "Sign and send the packet" }).click();
  await page.getByRole("heading", { name: "Your packet is complete" }).waitFor();
  await accessible("done");
});

test("the keyboard is enough to sign", async () => {
  await page.goto(`${sandbox.portal}/${key}/Carrier/Intellivite/brenda/23868`);
  await page.keyboard.press("Tab");
  await page.locator(".skip:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("main:focus").waitFor();
  const step = async (id, ...keys) => {
    for (let n = 0; n < 12 && !(await page.evaluate((own) => document.activeElement?.id === own, id)); n += 1) await page.keyboard.press("Tab");
    for (const own of keys) await (own.length > 1 && own !== "Space" ? page.keyboard.type(own) : page.keyboard.press(own));
  };
  await step("company", "Space");
  await step("insurance", "Space");
  await step("payment", "Space");
  await step("tax", "Space");
  await step("name", "Ada Oak");
  await step("title", "Owner");
  await step("consent", "Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your packet is complete" }).waitFor();
});

test("the packet is shown or downloaded, and nothing was asked of anybody else", async () => {
  await open({ bypassCSP: false });
  await page.goto(`${sandbox.portal}/CarrierInformation/DOTNumber/23868`);
  assert.equal(await page.locator("main").evaluate((own) => getComputedStyle(own).maxWidth), "760px", "the style is allowed");
  const link = await page.getByRole("link", { name: "The packet (PDF)" }).getAttribute("href");
  const answer = await page.request.get(`${sandbox.portal}${link}`);
  assert.deepEqual([answer.headers()["content-type"], answer.headers()["content-disposition"]], ["application/pdf", 'inline; filename="CarrierPacket-23868.pdf"']);
  assert.deepEqual(outside, []);
  assert.deepEqual(complaints, []);
});
