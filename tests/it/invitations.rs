//! An invitation whose outcome is unknown is looked for before it is sent again.

use crate::support::client::{of_sandbox, of_server};
use crate::support::server::{Reply, Server, path_of};
use mycarrierpackets::resources::{Arrival, Invitation};
use mycarrierpackets_sandbox::Sandbox;
use serde_json::json;

fn invitation() -> Invitation {
    Invitation::to("Dispatch@carrier.example").carrier("23868")
}

#[tokio::test]
async fn an_invitation_that_arrived_is_found() {
    let sandbox = Sandbox::builder().carriers(20).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    client.check_token().await.unwrap();
    let begun = client.server_time();
    assert_ne!(client.invitations().arrived(&invitation(), begun).await.unwrap(), Arrival::Seen);
    client.invitations().send(&invitation()).await.unwrap();
    assert_eq!(client.invitations().arrived(&invitation(), begun).await.unwrap(), Arrival::Seen);
    let later = begun + jiff::SignedDuration::from_hours(1);
    assert_eq!(client.invitations().arrived(&invitation(), later).await.unwrap(), Arrival::NotSeen, "an older one");
    let other = Invitation::to("other@carrier.example").carrier("23868");
    assert_eq!(client.invitations().arrived(&other, begun).await.unwrap(), Arrival::NotSeen, "of somebody else");
    let nobody = Invitation::to("dispatch@carrier.example");
    assert!(client.invitations().arrived(&nobody, begun).await.unwrap_err().is_invalid_input());
}

#[tokio::test]
async fn what_the_vendor_does_not_say_is_unclear() {
    let mail = "dispatch@carrier.example";
    let cases = [
        (json!(null), Arrival::NotSeen),
        (json!({"InvitationRecipient": mail, "InvitationSentDate": "2026-03-18T08:00:00"}), Arrival::Seen),
        (json!({"InvitationRecipient": mail, "InvitationSentDate": "2026-03-18T07:58:00"}), Arrival::NotSeen),
        (json!({"InvitationRecipient": mail, "InvitationSentDate": null}), Arrival::Unclear),
        (json!({"InvitationRecipient": null, "InvitationSentDate": "2026-03-18T08:00:00"}), Arrival::Unclear),
    ];
    for (latest, expected) in cases {
        let body = json!({"AssureAdvantage": [{"CarrierDetails": {"LatestInvitation": latest}}]}).to_string();
        let server = Server::start(move |request| {
            assert_eq!(request.path, path_of("GetCarrierData"), "nothing is sent again");
            Reply::json(&body)
        })
        .await;
        let since = "2026-03-18T08:00:00Z".parse().unwrap();
        let found = of_server(&server).invitations().arrived(&invitation(), since).await.unwrap();
        assert_eq!(found, expected, "{latest}");
    }
}

#[tokio::test]
async fn only_clear_words_confirm_that_it_was_sent() {
    for (body, confirmed) in [
        ("\"Invitation has been sent.\"", true),
        ("", true),
        ("true", true),
        (r#"{"Message":"Pending approval by a manager."}"#, false),
        ("\"Hello.\"", false),
    ] {
        let server = Server::start(move |_| Reply::json(body)).await;
        let sent = of_server(&server).invitations().send(&invitation()).await.unwrap();
        assert_eq!(sent.is_confirmed(), confirmed, "{body}");
    }
}
