// What a team tests its own client with.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { type Carrier, receiver, Sandbox } from "./sandbox.js";

let sandbox: Sandbox;

before(async () => { sandbox = await Sandbox.start(); });
after(() => sandbox?.stop());

describe("side by side", { concurrency: true }, () => {
  test("a carrier is previewed", async () => {
    const customer = await sandbox.customer("previewer");
    const answer = await customer.call("PreviewCarrier", { DOTNumber: "23868" });
    assert.equal(answer.status, 200);
    const [carrier] = (await answer.json()) as { CompanyName: string }[];
    assert.equal(carrier?.CompanyName, "Sample Trucking LLC");
  });

  test("a failure is answered once", async () => {
    const customer = await sandbox.customer("unlucky");
    await customer.fail({ kind: "status", code: 503, operation: "PreviewCarrier", first: 1 });
    const statuses = [];
    for (let call = 0; call < 2; call++) {
      statuses.push((await customer.call("PreviewCarrier", { DOTNumber: "23868" })).status);
    }
    assert.deepEqual(statuses, [503, 200]);
    assert.deepEqual((await customer.calls("PreviewCarrier")).map((call) => call.status), statuses);
  });

  test("a webhook is signed", async () => {
    const subscriber = await receiver();
    try {
      const customer = await sandbox.customer("subscriber");
      const webhook = await customer.subscribe(subscriber.url, "example-secret");
      const delivery = await sandbox.send(webhook, "carrier.packet.completed");
      assert.equal(delivery.state, "delivered");
      const [posted] = subscriber.posted;
      assert.ok(posted);
      assert.equal(posted.headers["mcp-event"], "carrier.packet.completed");
      const signature = createHmac("sha256", "example-secret").update(posted.body).digest("hex");
      assert.equal(posted.headers["mcp-signature"], signature);
    } finally {
      subscriber.close();
    }
  });
});

// After the others, since all customers share what is reset and the clock, and tokens expire in the time skipped.
test("a reset undoes what was done", async () => {
  const customer = await sandbox.customer("undone");
  await customer.fail({ kind: "status", code: 503 });
  await sandbox.skip(86_400);
  await sandbox.reset();
  await customer.signIn();
  assert.equal((await customer.call("PreviewCarrier", { DOTNumber: "23868" })).status, 200);
  const { now } = await sandbox.control<{ now: string }>("GET", "clock");
  assert.match(now, /^2026-03-18T12:00:00/);
});

test("invited carriers complete their packets", async () => {
  const customer = await sandbox.customer("inviter");
  const { carriers } = await sandbox.control<{ carriers: Carrier[] }>("GET", "carriers?customer=inviter");
  // One in eight never does, so several are asked.
  const invited = carriers.filter((carrier) => !carrier.packet).slice(0, 8).map((carrier) => carrier.dot);
  const address = (dot: number): string => `owner-${dot}@carrier.example`;
  for (const dot of invited) {
    const answer = await customer.call("EmailPacketInvitation", { dotNumber: String(dot), carrierEmail: address(dot) });
    assert.equal(answer.status, 200);
  }
  const calls = await customer.calls("EmailPacketInvitation");
  const sent = calls.map((call) => new Map(call.query).get("carrierEmail"));
  assert.deepEqual(sent, invited.map(address), "each exactly once");

  const now = await sandbox.skip(3 * 86_400);
  await customer.signIn();
  const window = { fromDate: "2026-03-18T12:00:00", toDate: now.slice(0, 19) };
  const answer = await customer.call("CompletedPackets", window);
  assert.equal(answer.status, 200);
  const completed = (await answer.json()) as { DOTNumber: number }[];
  assert.ok(completed.some((row) => invited.includes(row.DOTNumber)));
});
