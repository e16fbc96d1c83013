//! A packet that a person completes and signs on the portal: for whom, how often, and who may send the form.

use mycarrierpackets_sandbox::{MessageKind, Webhook};
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::Caller;
use crate::customers::sign_in;
use crate::portal::{FILLED, KEY, Page, post, still, without_packet};
use crate::receiver::Receiver;

/// How many packets of a carrier were completed at noon.
async fn completed(caller: &Caller, dot: u32) -> usize {
    let window = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-03-18T12:00:00")];
    let rows = caller.json("CompletedPackets", &window).await;
    rows.as_array().unwrap().iter().filter(|row| row["DOTNumber"] == dot).count()
}

#[tokio::test]
async fn a_packet_is_completed_by_the_form_of_its_invitation_and_once() {
    let (mut caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    sign_in(&mut caller, "alder").await;
    caller.sandbox.add_webhook(Webhook::to(&receiver.url).customer("alder")).unwrap();
    let dot = without_packet(&caller).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/alder/{dot}", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    let company = caller.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await;
    for fact in ["CompanyName", "Street", "Phone"] {
        page.says(&company[0][fact].as_str().unwrap().replace('&', "&amp;").replace('\'', "&#39;"));
    }
    // What is missing is said, and what was entered stays.
    let incomplete = post(&caller.client, &url, &page, &[("consent", ""), ("payment", ""), ("title", " ")]);
    let incomplete = Page::of(incomplete.send().await.unwrap()).await;
    assert_eq!(incomplete.status, 400);
    incomplete.says("<title>Error: Complete your carrier packet");
    for field in ["payment", "title", "consent"] {
        incomplete.says(&format!("<li><a href=\"#{field}\">"));
        incomplete.says(&format!(" id=\"{field}\""));
        incomplete.says(&format!("id=\"{field}-problem\""));
    }
    assert!(!incomplete.html.contains("href=\"#name\""));
    incomplete.says("value=\"Ada O&#39;Oak &lt;script&gt;\"");
    incomplete.says("value=\"llc\" checked");
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (0, 0));

    let done = Page::of(post(&caller.client, &url, &incomplete, &[]).send().await.unwrap()).await;
    assert_eq!(done.status, 200);
    done.says("Your packet is complete");
    done.says("Ada O&#39;Oak &lt;script&gt;");
    assert_eq!(completed(&caller, dot).await, 1);
    let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    let agreement = &record["CarrierCustomerAgreements"][0];
    assert_eq!(
        (&agreement["SignaturePerson"], &agreement["SignaturePersonTitle"], &agreement["SignatureDate"]),
        (&"Ada O'Oak <script>".into(), &"Owner & \"CEO\"".into(), &"2026-03-18T12:00:00".into())
    );
    caller.sandbox.deliveries_done().await;
    let [posted] = &receiver.take()[..] else { panic!("one webhook") };
    let body: Value = serde_json::from_str(&posted.body).unwrap();
    assert_eq!(
        (&body["eventType"], &body["eventData"]["carrier"]["dotNumber"]),
        (&"carrier.packet.completed".into(), &dot.into())
    );
    let event = &body["eventData"]["agreement"];
    assert_eq!(
        (&event["signaturePerson"], &event["signaturePersonTitle"]),
        (&agreement["SignaturePerson"], &agreement["SignaturePersonTitle"])
    );
    let sent = caller.sandbox.customer("alder").outbox();
    assert!(sent.len() == 1 && sent[0].kind == MessageKind::PacketCompleted, "{sent:?}");

    // The same form again, and both forms that were open, do nothing more.
    for old in [&page, &incomplete] {
        let again = Page::of(post(&caller.client, &url, old, &[]).send().await.unwrap()).await;
        assert_eq!(again.status, 409);
        again.says("Nothing happened a second time.");
        again.says("Ada O&#39;Oak");
    }
    caller.sandbox.deliveries_done().await;
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (1, 0));
    // A form that is opened anew renews the packet.
    let renewed = Page::get(&caller.client, &url).await;
    renewed.says("signed by Ada O&#39;Oak &lt;script&gt;");
    let renewed = Page::of(post(&caller.client, &url, &renewed, &[("name", "Bo Birch")]).send().await.unwrap()).await;
    renewed.says("Bo Birch");
    caller.sandbox.deliveries_done().await;
    assert_eq!((completed(&caller, dot).await, receiver.take().len()), (2, 1));
    // One that comes by itself is signed by the carrier's owner, as before.
    caller.sandbox.customer("alder").complete_packet(dot);
    let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
    assert_ne!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Bo Birch");

    sign_in(&mut caller, "demo").await;
    assert_eq!(completed(&caller, dot).await, 0, "it is the packet of the customer in the link");
}

#[tokio::test]
async fn of_two_that_are_sent_at_once_one_counts() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    let before = completed(&caller, 23868).await;
    let send = || async { Page::of(post(&caller.client, &url, &page, &[]).send().await.unwrap()).await.status };
    let mut statuses = <[u16; 4]>::from(tokio::join!(send(), send(), send(), send()));
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(completed(&caller, 23868).await, before + 1);
}

#[tokio::test]
async fn who_invites_is_in_the_link() {
    let mut caller = Caller::start(still()).await;
    let dot = without_packet(&caller).await;
    let portal = caller.sandbox.portal_url().to_owned();
    sign_in(&mut caller, "alder").await;
    let invited = [("DOTNumber", &*dot.to_string()), ("carrierEmail", "ada@carrier.example"), ("userName", "brenda")];
    caller.json("EmailPacketInvitation", &invited).await;
    let mail = caller.sandbox.customer("alder").outbox().remove(0);
    sign_in(&mut caller, "demo").await;
    caller.json("EmailPacketInvitation", &[invited[0], invited[1], ("userName", "carol")]).await;
    let demos = caller.sandbox.customer("demo").outbox().remove(0);
    let alders = mail.links[0].split('/').nth(3).unwrap();
    for (link, expected) in [
        (format!("{portal}/{KEY}/Carrier/Intellivite/somebody%20new/{dot}"), "somebody new"),
        (format!("{portal}/{KEY}/Carrier/Intellivite?dotNumber={dot}"), "demo"),
        (format!("{portal}/unknown-id/Carrier/Intellivite?dotNumber={dot}"), "demo"),
        (format!("{portal}/{alders}/Carrier/Intellivite?dotNumber={dot}"), "alder"),
        (mail.links[0].clone(), "alder"),
        (demos.links[0].clone(), "demo"),
    ] {
        let before = caller.sandbox.customer(expected).outbox().len();
        let page = Page::get(&caller.client, &link).await;
        let done = post(&caller.client, &link, &page, &[]).send().await.unwrap();
        assert_eq!(done.status(), 200, "{link}");
        assert_eq!(caller.sandbox.customer(expected).outbox().len(), before + 1, "{link} is of {expected}");
    }
    let names: Value = caller
        .client
        .get(format!("{}/__sandbox", caller.sandbox.base_url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(names["customers"], serde_json::json!(["alder", "demo", "somebody new"]), "a look is no visit");
}

#[tokio::test]
async fn a_file_can_come_with_the_form() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868/MC113843", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    page.says("enctype=\"multipart/form-data\"");
    let token = page.token();
    let sent = |size: usize| {
        let mut body = Vec::new();
        for (name, value) in FILLED.iter().copied().chain([("form", token.as_str())]) {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head =
            "Content-Disposition: form-data; name=\"file\"; filename=\"W-9 <1>.pdf\"\r\nContent-Type: application/pdf";
        body.extend(format!("--b\r\n{head}\r\n\r\n").bytes());
        body.extend(std::iter::repeat_n(b'x', size));
        body.extend(b"\r\n--b--\r\n");
        caller.client.post(&url).header("content-type", "multipart/form-data; boundary=b").body(body).send()
    };
    // The server may close before it has read all of what it refuses.
    if let Ok(answer) = sent(9 << 20).await {
        assert_eq!(answer.status(), 413);
    }
    let done = Page::of(sent(8 << 20).await.unwrap()).await;
    assert_eq!(done.status, 200, "{}", done.html);
    done.says("W-9 &lt;1&gt;.pdf (8388608 bytes)");
}

#[tokio::test]
async fn forms_of_others_are_refused() {
    let caller = Caller::start(still()).await;
    let portal = caller.sandbox.portal_url();
    let url = format!("{portal}/{KEY}/Carrier/Intellivite/demo/23868");
    let page = Page::get(&caller.client, &url).await;
    let before = completed(&caller, 23868).await;
    let other = Page::get(&caller.client, &format!("{portal}/{KEY}/Carrier/Intellivite/alder/23868")).await.token();
    let status = async |request: RequestBuilder| Page::of(request.send().await.unwrap()).await.status;
    for (name, value) in [
        ("origin", "https://site.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", ""),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("host", "site.example"),
    ] {
        assert_eq!(status(post(&caller.client, &url, &page, &[]).header(name, value)).await, 403, "{name}: {value}");
    }
    for form in ["", "0", "0.", "0.00", "1", "x.y", &other, &page.token()[1..], &format!("9{}", page.token())] {
        assert_eq!(status(post(&caller.client, &url, &page, &[("form", form)])).await, 403, "{form}");
    }
    let elsewhere = format!("{portal}/{KEY}/Carrier/Intellivite/demo/{}", caller.sandbox.dot_numbers()[3]);
    assert_eq!(status(post(&caller.client, &elsewhere, &page, &[])).await, 403, "a form is for one carrier");
    for (kind, body) in [("application/json", "{}"), ("text/plain", "a=b"), ("multipart/form-data", "")] {
        assert_eq!(status(caller.client.post(&url).header("content-type", kind).body(body)).await, 400, "{kind}");
    }
    for page in ["", "portal.css", "Download/GetCarrierPacket?DOTNumber=23868"] {
        assert_eq!(status(caller.client.post(format!("{portal}/{page}"))).await, 405, "{page}");
    }
    assert_eq!(status(caller.client.delete(&url)).await, 405);
    assert_eq!(status(caller.client.get(&url).header("host", "site.example")).await, 403);
    assert_eq!(completed(&caller, 23868).await, before);
    // A link may be followed from anywhere, and the page's own form is taken.
    assert_eq!(status(caller.client.get(&url).header("sec-fetch-site", "cross-site")).await, 200);
    let own = post(&caller.client, &url, &page, &[]).header("origin", portal).header("sec-fetch-site", "same-origin");
    assert_eq!(status(own).await, 200);
    assert_eq!(completed(&caller, 23868).await, before + 1);
}

#[tokio::test]
async fn a_signature_is_kept_with_the_state() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/{KEY}/Carrier/Intellivite/demo/23868", caller.sandbox.portal_url());
    let page = Page::get(&caller.client, &url).await;
    post(&caller.client, &url, &page, &[]).send().await.unwrap();
    let kept = caller.sandbox.snapshot();
    caller.sandbox.complete_packet(23868);
    caller.sandbox.restore(kept).unwrap();
    let record = caller.json("GetCarrierData", &[("DOTNumber", "23868")]).await;
    assert_eq!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Ada O'Oak <script>");
    assert_eq!(Page::of(post(&caller.client, &url, &page, &[]).send().await.unwrap()).await.status, 409);
    caller.sandbox.reset();
    let record = caller.json("GetCarrierData", &[("DOTNumber", "23868")]).await;
    assert_ne!(record["CarrierCustomerAgreements"][0]["SignaturePerson"], "Ada O'Oak <script>");
}
