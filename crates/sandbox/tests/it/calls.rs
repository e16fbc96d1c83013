//! Assertions on the log.

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
async fn an_invitation_sent_twice_is_told_with_what_came() {
    let caller = invited().await;
    caller.sandbox.calls("EmailPacketInvitation").param("carrierEmail", "ada@carrier.example").assert_once();
}

#[tokio::test]
#[should_panic(expected = "there is no operation \"Invite\"")]
async fn an_operation_that_is_none_is_a_mistake_of_the_test() {
    let caller = Caller::small().await;
    caller.sandbox.calls("Invite").assert_never();
}
