"""What a team tests its own client with."""

import hashlib
import hmac
import json

from sandbox import Receiver, Sandbox


def test_a_carrier_is_previewed(sandbox: Sandbox) -> None:
    answer = sandbox.customer("previewer").call("PreviewCarrier", DOTNumber=23868)
    assert answer.status == 200
    assert answer.body[0]["CompanyName"] == "Sample Trucking LLC"


def test_a_failure_is_answered_once(sandbox: Sandbox) -> None:
    customer = sandbox.customer("unlucky")
    customer.fail(kind="status", code=503, operation="PreviewCarrier", first=1)
    statuses = [customer.call("PreviewCarrier", DOTNumber=23868).status for _ in range(2)]
    assert statuses == [503, 200]
    assert [call["status"] for call in customer.calls("PreviewCarrier")] == statuses


def test_invited_carriers_complete_their_packets(sandbox: Sandbox) -> None:
    customer = sandbox.customer("inviter")
    carriers = sandbox.control("GET", "carriers?customer=inviter")["carriers"]
    # One in eight never does, so several are asked.
    invited = [carrier["dot"] for carrier in carriers if not carrier["packet"]][:8]
    for dot in invited:
        assert customer.call("EmailPacketInvitation", dotNumber=dot, carrierEmail=f"owner-{dot}@carrier.example").status == 200
    sent = [dict(call["query"])["carrierEmail"] for call in customer.calls("EmailPacketInvitation")]
    assert sorted(sent) == sorted(f"owner-{dot}@carrier.example" for dot in invited), "each exactly once"

    now = sandbox.skip(3 * 86_400)
    customer.sign_in()
    completed = customer.call("CompletedPackets", fromDate="2026-03-18T12:00:00", toDate=now[:19])
    assert completed.status == 200
    assert {row["DOTNumber"] for row in completed.body} & set(invited)


def test_a_webhook_is_signed(sandbox: Sandbox) -> None:
    with Receiver() as receiver:
        webhook = sandbox.customer("subscriber").subscribe(receiver.url, "example-secret")
        delivery = sandbox.send_event(webhook, "carrier.packet.completed")
    assert delivery["state"] == "delivered"
    [(headers, body)] = receiver.posted
    assert headers["MCP-Event"] == "carrier.packet.completed"
    assert headers["MCP-Signature"] == hmac.new(b"example-secret", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["eventData"]["carrier"]["dotNumber"] == 23868


def test_what_was_done_is_undone_for_the_next_test(sandbox: Sandbox) -> None:
    customer = sandbox.customer("undone")
    customer.fail(kind="status", code=503)
    sandbox.skip(86_400)
    sandbox.reset()
    customer.sign_in()
    assert customer.call("PreviewCarrier", DOTNumber=23868).status == 200
    assert sandbox.control("GET", "clock")["now"].startswith("2026-03-18T12:00:00")
