//! The outbox: what each operation sends to whom, where its links lead, and what is kept.

use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Channel, Message, MessageKind, Sandbox, Snapshot};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;
use crate::customers::sign_in;
use crate::portal::Page;

const DAY: Duration = Duration::from_secs(86_400);

fn still() -> Builder {
    Sandbox::builder().carriers(60).fixed_time(crate::noon()).token_lifetime(400 * DAY)
}

/// What went out, each as its kind, its recipient and its subject.
fn lines(messages: &[Message]) -> Vec<(MessageKind, &str, &str)> {
    messages.iter().map(|own| (own.kind, own.to.as_str(), own.subject.as_str())).collect()
}

async fn control(caller: &Caller, method: Method, path: &str) -> (u16, Value) {
    let url = format!("{}/__sandbox/{path}", caller.sandbox.base_url());
    let answer = caller.client.request(method, url).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn each_operation_that_sends_something_is_in_it() {
    let mut caller = Caller::start(still()).await;
    sign_in(&mut caller, "alder").await;
    let sample = ("DOTNumber", "23868");
    let email = ("carrierEmail", " ada@carrier.example ");
    let confirmed = ("sendConfirmationEmail", "true");
    let copies = ("notificationEmails", "bo@broker.example, nobody,cy@broker.example;");
    caller.json("EmailPacketInvitation", &[sample, email, ("userName", "Brenda Oak"), confirmed, copies]).await;
    let phone = ("vinVerificationPhoneNumber", "(312) 555-0142");
    caller.json("RequestVINVerification", &[sample, phone, ("deliveryOption", "2")]).await;
    caller.json("RequestUserVerification", &[sample, ("userVerificationEmail", "dee@carrier.example")]).await;
    caller.json("RequestUserVerification", &[("userVerificationEmail", "eve@carrier.example")]).await;
    caller.json("EmailPacketInvitation", &[email]).await;
    caller.sandbox.customer("alder").complete_packet(23868);
    // What is refused sends nothing.
    caller.failure(400, "RequestVINVerification", &[sample, phone, ("deliveryOption", "1")]).await;
    caller.failure(400, "EmailPacketInvitation", &[sample, ("carrierEmail", "nobody")]).await;
    caller.failure(404, "EmailPacketInvitation", &[("DOTNumber", "1"), email]).await;
    caller
        .failure(404, "RequestUserVerification", &[("DOTNumber", "1"), ("userVerificationEmail", "a@b.example")])
        .await;

    let sent = caller.sandbox.customer("alder").outbox();
    let company = sent[0].subject.split(" invites ").next().unwrap().to_owned();
    let whom = "Sample Trucking LLC (DOT 23868, MC113843)";
    let subject = format!("{company} invites {whom} to complete its carrier packet");
    let who = format!("{company} asks who you are");
    assert_eq!(
        lines(&sent),
        [
            (MessageKind::Invitation, "ada@carrier.example", subject.as_str()),
            (MessageKind::InvitationCopy, "bo@broker.example", &subject),
            (MessageKind::InvitationCopy, "cy@broker.example", &subject),
            (
                MessageKind::InvitationConfirmation,
                "brenda.oak@broker.example",
                &format!("Your invitation of {whom} was sent")
            ),
            (MessageKind::VinVerification, "(312) 555-0142", ""),
            (MessageKind::UserVerification, "dee@carrier.example", &who),
            (MessageKind::UserVerification, "eve@carrier.example", &who),
            (
                MessageKind::Invitation,
                "ada@carrier.example",
                &format!("{company} invites your company to complete its carrier packet")
            ),
            (MessageKind::PacketCompleted, "brenda.oak@broker.example", &format!("{whom} completed its packet")),
        ]
    );
    for (n, message) in sent.iter().enumerate() {
        assert_eq!((message.number, message.customer.as_str(), message.at), (n as u64 + 1, "alder", crate::noon()));
        let expected = if message.kind == MessageKind::VinVerification { Channel::Text } else { Channel::Email };
        assert_eq!(message.channel, expected);
        assert!(message.text.contains(&company), "{}", message.text);
        for link in &message.links {
            assert!(message.text.contains(link) && link.starts_with(caller.sandbox.portal_url()), "{link}");
        }
    }
    assert_eq!(caller.sandbox.customer("birke").outbox().len(), 0, "each has its own");
    assert_eq!(caller.sandbox.outbox().len(), sent.len());
}

#[tokio::test]
async fn links_lead_to_the_pages_of_that_carrier() {
    let caller = Caller::start(still()).await;
    for dot in caller.sandbox.dot_numbers().iter().take(40) {
        let dot = dot.to_string();
        let numbered = ("DOTNumber", dot.as_str());
        let email = ("carrierEmail", "ada@carrier.example");
        caller
            .json(
                "EmailPacketInvitation",
                &[numbered, email, ("sendConfirmationEmail", "1"), ("userName", "a/b c+d?#%")],
            )
            .await;
        caller.sandbox.complete_packet(dot.parse().unwrap());
        let name = caller.json("PreviewCarrier", &[numbered]).await[0]["CompanyName"].as_str().unwrap().to_owned();
        let name = name.replace('&', "&amp;").replace('\'', "&#39;");
        let sent = caller.sandbox.outbox();
        let links: Vec<_> = sent.iter().rev().take(3).flat_map(|own| &own.links).collect();
        assert_eq!(links.len(), 4);
        for link in links {
            if link.contains("/Download/") {
                assert_eq!(caller.client.get(link).send().await.unwrap().headers()["content-type"], "application/pdf");
                continue;
            }
            let page = Page::get(&caller.client, link).await;
            assert_eq!(page.status, 200, "{link}");
            page.says(&name);
            page.says(&format!("<dt>DOT number</dt><dd>{dot}</dd>"));
        }
    }
    let basic = caller.json("EmailPacketInvitation", &[("carrierEmail", "ada@carrier.example")]).await;
    assert_eq!(basic, "Invitation has been sent to ada@carrier.example.");
    Page::get(&caller.client, &caller.sandbox.outbox().pop().unwrap().links[0]).await.says("Which carrier are you?");
}

#[tokio::test]
async fn a_packet_that_an_invitation_brings_is_reported_when_it_comes() {
    let caller = Caller::start(still()).await;
    for dot in caller.sandbox.dot_numbers().iter().take(30) {
        let invited = [("DOTNumber", &*dot.to_string()), ("carrierEmail", "ada@carrier.example")];
        caller.json("EmailPacketInvitation", &invited).await;
    }
    caller.sandbox.advance(3 * DAY);
    let sent = caller.sandbox.customer("demo").outbox();
    let came: Vec<_> = sent.iter().filter(|own| own.kind == MessageKind::PacketCompleted).collect();
    assert!(came.len() > 20 && came.len() < 30, "{}", came.len());
    assert!(
        came.iter()
            .all(|own| own.to == "demo@broker.example" && own.at > crate::noon() && own.at < caller.sandbox.now())
    );
    assert!(came.is_sorted_by_key(|own| own.at));
}

#[tokio::test]
async fn the_control_api_lists_finds_and_forgets() {
    let mut caller = Caller::start(still()).await;
    for (name, dot) in [("alder", "23868"), ("birke", "23868")] {
        sign_in(&mut caller, name).await;
        let invited = [("DOTNumber", dot), ("carrierEmail", "Ada@carrier.example"), ("sendConfirmationEmail", "true")];
        caller.json("EmailPacketInvitation", &invited).await;
    }
    let (status, all) = control(&caller, Method::GET, "outbox").await;
    assert_eq!((status, &all["total"], &all["dropped"]), (200, &json!(4), &json!(0)));
    let first = &all["messages"][0];
    assert_eq!(
        (&first["number"], &first["at"], &first["customer"], &first["kind"], &first["channel"], &first["to"]),
        (
            &json!(1),
            &json!("2026-03-18T12:00:00Z"),
            &json!("alder"),
            &json!("invitation"),
            &json!("email"),
            &json!("Ada@carrier.example")
        )
    );
    assert_eq!(control(&caller, Method::GET, "outbox/1").await, (200, first.clone()));
    let numbers = async |query: &str| {
        let (status, found) = control(&caller, Method::GET, &format!("outbox?{query}")).await;
        assert_eq!(status, 200, "{query}: {found}");
        found["messages"].as_array().unwrap().iter().map(|own| own["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("customer=birke").await, [3, 4]);
    assert_eq!(numbers("to=%20ada@CARRIER.example").await, [1, 3]);
    assert_eq!(numbers("kind=invitationConfirmation").await, [2, 4]);
    assert_eq!(numbers("after=2&limit=1").await, [4]);
    assert_eq!(numbers("kind=invitation&customer=alder&to=ada@carrier.example&after=0").await, [1]);
    assert_eq!(numbers("customer=nobody").await, [0; 0]);
    for bad in ["outbox?kind=letter", "outbox?limit=0", "outbox?after=x"] {
        let (status, refused) = control(&caller, Method::GET, bad).await;
        assert!(status == 400 && refused["error"].is_string(), "{bad}: {refused}");
    }
    for missing in ["outbox/5", "outbox/0", "outbox/x"] {
        assert_eq!(control(&caller, Method::GET, missing).await.0, 404, "{missing}");
    }
    assert_eq!(control(&caller, Method::DELETE, "outbox?customer=alder").await.0, 204);
    assert_eq!(numbers("").await, [3, 4]);
    assert_eq!(control(&caller, Method::DELETE, "outbox").await.0, 204);
    caller.sandbox.complete_packet(23868);
    assert_eq!(numbers("").await, [5], "no number comes again");
    caller.sandbox.reset();
    assert_eq!(numbers("").await, [0; 0]);
}

#[tokio::test]
async fn a_snapshot_has_the_outbox_and_an_older_one_has_none() {
    let caller = Caller::start(still()).await;
    let invited = [("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")];
    caller.json("EmailPacketInvitation", &invited).await;
    let text = caller.sandbox.snapshot().to_json();
    caller.sandbox.complete_packet(23868);
    caller.sandbox.restore(Snapshot::from_json(&text).unwrap()).unwrap();
    assert_eq!(lines(&caller.sandbox.outbox()).len(), 1);

    // In another sandbox the links lead to its own pages.
    let other = Sandbox::builder().snapshot(Snapshot::from_json(&text).unwrap()).start().await.unwrap();
    let sent = other.outbox();
    assert!(sent[0].links[0].starts_with(other.portal_url()) && other.portal_url() != caller.sandbox.portal_url());
    other.complete_packet(23868);
    assert_eq!(other.outbox()[1].number, 2);

    let mut older: Value = serde_json::from_slice(&text).unwrap();
    older.as_object_mut().unwrap().remove("outbox").unwrap();
    older["customers"]["demo"].as_object_mut().unwrap().remove("signatures").unwrap();
    caller.sandbox.restore(Snapshot::from_json(older.to_string().as_bytes()).unwrap()).unwrap();
    assert_eq!(caller.sandbox.outbox().len(), 0);
}
