//! Assertions on the log.

use mycarrierpackets_sandbox::Sandbox;

use crate::Caller;

async fn invited() -> Caller {
    let caller = Caller::small().await;
    for email in ["ada@carrier.example", "ada@carrier.example", "bo@carrier.example"] {
        caller.json("EmailPacketInvitation", &[("dotNumber", "23868"), ("carrierEmail", email)]).await;
    }
    caller.failure(404, "EmailPacketInvitation", &[("dotNumber", "1"), ("carrierEmail", "bo@carrier.example")]).await;
    caller
}

#[tokio::test]
async fn calls_are_counted_by_what_they_asked_and_got() {
    let caller = invited().await;
    let calls = || caller.sandbox.calls("emailPacketInvitation");
    assert_eq!(calls().count(), 4);
    calls().param("CARRIEREMAIL", "ada@carrier.example").assert_count(2);
    let bo = calls().param("carrierEmail", "bo@carrier.example").status(200).customer("demo").assert_once();
    assert_eq!((bo.number, bo.param("dotNumber")), (4, Some("23868")));
    calls().customer("birke").assert_never();
    caller.sandbox.calls("token").status(200).assert_once();
}

#[tokio::test]
#[should_panic(
    expected = "expected 1 calls of EmailPacketInvitation with [Param(\"carrierEmail\", \"ada@carrier.example\")], and 2 came. \
    All calls of it:\n  #2 demo ?dotNumber=23868&carrierEmail=ada@carrier.example -> 200\n"
)]
async fn an_invitation_sent_twice_is_reported_with_what_came() {
    let caller = invited().await;
    caller.sandbox.calls("EmailPacketInvitation").param("carrierEmail", "ada@carrier.example").assert_once();
}

#[tokio::test]
#[should_panic(expected = "there is no operation \"Invite\"")]
async fn an_operation_that_is_none_is_a_mistake_of_the_test() {
    let caller = Caller::small().await;
    caller.sandbox.calls("Invite").assert_never();
}

#[tokio::test]
async fn the_log_goes_on_when_answers_are_large_and_says_whose_bodies_went() {
    let caller = Caller::start(Sandbox::builder().carriers(1500).compress(false)).await;
    let page = [("pageSize", "2000")];
    for _ in 0..300 {
        caller.send("MonitoredCarriers", &page).await.bytes().await.unwrap();
    }
    let requests = caller.sandbox.calls("MonitoredCarriers").requests();
    assert_eq!(requests.len(), 300);
    let kept = requests.iter().filter(|request| !request.bodies_dropped);
    assert!((200..300).contains(&kept.clone().count()), "{}", kept.clone().count());
    let mut whole = 0;
    for request in kept {
        whole += request.answer.as_ref().unwrap().body.len();
        assert_eq!(request.answer.as_ref().unwrap().body.len(), 256 << 10);
    }
    assert!(whole <= 64 << 20, "{whole}");
    // The oldest, of which all is known but the bodies; and the newest.
    let (first, last) = (&requests[0], &requests[299]);
    let answer = first.answer.as_ref().unwrap();
    assert!(first.bodies_dropped && first.status == Some(200) && first.param("pageSize") == Some("2000"));
    assert!(answer.body.is_empty() && answer.size > 256 << 10 && !answer.headers.is_empty());
    assert!(!last.bodies_dropped);
    let url = |number: u64| format!("{}/__sandbox/requests/{number}", caller.sandbox.base_url());
    for (request, dropped) in [(first, true), (last, false)] {
        let shown: serde_json::Value =
            caller.client.get(url(request.number)).send().await.unwrap().json().await.unwrap();
        assert_eq!((&shown["bodiesDropped"], shown["answer"]["body"] == ""), (&dropped.into(), dropped));
    }
    // Of a call whose body was dropped it is not known what it asked for there.
    let list =
        async |filter: &str| caller.get(&format!("requests?operation=MonitoredCarriers&limit=1000{filter}")).await;
    for (filter, total, complete) in
        [("", 300, true), ("&where[pageSize]=2000", 300, true), ("&where[pageSize]=2", 0, false)]
    {
        let list = list(filter).await;
        assert_eq!((&list["total"], &list["complete"]), (&total.into(), &complete.into()), "{filter}");
    }
    caller.sandbox.clear_requests();
    caller.json("MonitoredCarriers", &page).await;
    assert!(!caller.sandbox.calls("MonitoredCarriers").assert_once().bodies_dropped);
}
