//! The client in sandboxes that behave otherwise than production does on a good day: as the vendor's documents say, and
//! in a storm.

use crate::support::client::{of_sandbox, sandbox_builder};
use futures::TryStreamExt as _;
use mycarrierpackets::resources::Invitation;
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{ErrorKind, Window};
use mycarrierpackets_sandbox::{Profile, Sandbox};
use std::time::Duration;

fn sample() -> CarrierId {
    "DOT 23868".parse().unwrap()
}

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn what_the_documents_say_is_understood_too() {
    let sandbox = Sandbox::builder().carriers(60).activity(2000).profile(Profile::Docs).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let sample = sample();
    let preview = client.carriers().preview(&sample).await.unwrap();
    assert_eq!(preview.company_name.as_deref(), Some("Sample Trucking LLC"));
    let data = client.carriers().get(&sample).await.unwrap();
    assert_eq!(data.legal_name.as_deref(), Some("Sample Trucking LLC"));
    let contacts = client.carriers().contacts(&sample).await.unwrap();
    assert!(contacts.contacts.unwrap().len() >= 2, "a list with one answer is that answer");
    client.carriers().risk(&sample).await.unwrap();
    client.carriers().incidents(&sample).await.unwrap();
    client.carriers().vins(&sample).await.unwrap();
    client.monitoring().add(&sample).await.unwrap();
    assert_eq!(client.monitoring().list().try_collect::<Vec<_>>().await.unwrap().len(), 60);
    assert_eq!(client.monitoring().data().try_collect::<Vec<_>>().await.unwrap().len(), 60);
    let window = Window::last(DAY).unwrap();
    assert!(client.monitoring().changes(window).try_collect::<Vec<_>>().await.unwrap().len() > 100);
}

#[tokio::test]
async fn in_a_storm_no_invitation_is_sent_twice_and_most_calls_succeed() {
    let sandbox = Sandbox::builder().carriers(60).profile(Profile::Storm).start().await.unwrap();
    let client = sandbox_builder(&sandbox).retry(|retry| retry.max_delay = Duration::from_millis(5)).build().unwrap();
    let mut good = 0;
    for n in 0..120 {
        let email = format!("owner-{n}@carrier.example");
        let sent = client.invitations().send(&Invitation::to(&email).carrier(sample())).await;
        let calls = sandbox.calls("EmailPacketInvitation").param("carrierEmail", &*email).requests();
        let (last, earlier) = calls.split_last().unwrap();
        for call in earlier {
            let cannot_have_acted = matches!(call.status, Some(401 | 429));
            assert!(cannot_have_acted, "repeated after {:?}, {:?}", call.status, call.fault);
        }
        match sent {
            Ok(_) => good += 1,
            // Whoever learns that it may have acted looks before asking again.
            Err(error) => assert!(last.status != Some(200) || error.may_have_acted(), "{error}"),
        }
    }
    assert!(good > 96, "{good} of 120");

    let mut read = 0;
    for _ in 0..50 {
        match client.carriers().preview(23868).await {
            Ok(preview) => {
                assert!(preview.dot_number.is_none_or(|dot| dot.to_string() == "23868"));
                read += 1;
            }
            Err(error) => assert_ne!(error.kind(), ErrorKind::NotFound, "{error}"),
        }
    }
    assert!(read > 45, "what can be repeated is: {read} of 50");
}
