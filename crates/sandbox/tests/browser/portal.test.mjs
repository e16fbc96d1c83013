// The portal's pages and the outbox in a real browser: a carrier completes its packet, and what is shown is accessible.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { browsing, received } from "./page.mjs";

const folder = process.env.PORTAL_SCREENSHOTS;
const key = "ea72823e-1506-4b72-a3b0-a488e1ba2f1e";
// The checker is a script, which the pages do not allow.
const own = browsing({ pictures: folder, viewport: { width: 1000, height: 900 }, bypassCSP: true });
const { accessible, control, open, violations } = own;
let page, sandbox, token;
beforeEach(() => ({ page, sandbox, token } = own));

async function complete(name) {
  await page.getByLabel("These data are right").check();
  await page.getByLabel("This insurance is in force").check();
  await page.getByLabel("Quick pay").check();
  await page.getByLabel("Limited liability company").check();
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Your title").fill("Owner");
  await page.getByLabel("I agree to sign electronically").check();
}

test("an invitation is completed by a carrier in the portal: the packet is polled, and the webhook comes", async () => {
  await received(async (url, posted) => {
    await control("POST", "/webhooks", { url, events: ["carrier.packet.completed"] });
    const invited = await sandbox.call(token, "EmailPacketInvitation", { DOTNumber: "23868", carrierEmail: "ada@carrier.example" });
    assert.equal(invited.status, 200);
    await page.goto(`${sandbox.api}/#/outbox`);
    await page.locator("tbody tr", { hasText: "ada@carrier.example" }).getByRole("link").click();
    await page.locator(".detail h2:focus", { hasText: "Invitation" }).waitFor();
    assert.deepEqual(await violations(), []);
    if (folder) await page.screenshot({ path: `${folder}/outbox.png` });
    const opened = own.context.waitForEvent("page");
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
    for (let waited = 0; !posted.length && waited < 10_000; waited += 50) await page.waitForTimeout(50);
    const { eventData } = JSON.parse(posted[0].body);
    assert.equal(eventData.agreement.signaturePerson, "Ada Oak <b>");
    assert.equal(eventData.carrier.dotNumber, 23868);
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
  ({ page } = own);
  await page.goto(`${sandbox.portal}/CarrierInformation/DOTNumber/23868`);
  assert.equal(await page.locator("main").evaluate((own) => getComputedStyle(own).maxWidth), "760px", "the style is allowed");
  const link = await page.getByRole("link", { name: "The packet (PDF)" }).getAttribute("href");
  const answer = await page.request.get(`${sandbox.portal}${link}`);
  assert.deepEqual([answer.headers()["content-type"], answer.headers()["content-disposition"]], ["application/pdf", 'inline; filename="CarrierPacket-23868.pdf"']);
  assert.deepEqual(own.outside, []);
  assert.deepEqual(own.complaints, []);
});
