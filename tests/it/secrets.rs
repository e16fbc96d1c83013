//! No secret, tax id, bank number, body, or address of a person is in any log, `Debug` or error: canaries are planted
//! wherever one could come from, and everything that is printed is searched for them.

use crate::support::client::{builder, everything_of};
use crate::support::server::{Reply, Request, Server, path_of};
use mycarrierpackets::models::CarrierData;
use mycarrierpackets::resources::{AssociatedQuery, Invitation, UserVerification, VinVerification};
use mycarrierpackets::types::{BlobName, DotNumber};
use mycarrierpackets::{Client, Operation, Result};
use serde_json::{Value, json};
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::fmt::format::FmtSpan;

const PASSWORD: &str = "canary-password";
const ACCESS: &str = "canary-access";
const REFRESH: &str = "canary-refresh";
const EMAIL: &str = "canary-mail@carrier.example";
const PHONE: &str = "555-555-0199";
const USER: &str = "canary-user";
const EIN: &str = "98-7654321";
const SSN: &str = "987-65-4320";
const ROUTING: &str = "987654324";
const ACCOUNT: &str = "9876543210123";
const BODY: &str = "canary-body";
const CANARIES: [&str; 11] = [PASSWORD, ACCESS, REFRESH, EMAIL, PHONE, USER, EIN, SSN, ROUTING, ACCOUNT, BODY];

/// All that is reported to `tracing` while it lives, on this thread: tests run on one.
struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

struct Writer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> Self {
        // Another test's thread, with no subscriber of its own, could otherwise be the first to meet a span and have
        // it switched off for all.
        static EVERYBODY: std::sync::Once = std::sync::Once::new();
        EVERYBODY.call_once(|| tracing::subscriber::set_global_default(tracing_subscriber::registry()).unwrap());
        let text = Arc::new(Mutex::new(Vec::new()));
        let shared = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || Writer(shared.clone()))
            .finish();
        Self { text, _guard: tracing::subscriber::set_default(subscriber) }
    }

    fn text(&self) -> String {
        String::from_utf8(self.text.lock().unwrap().clone()).unwrap()
    }
}

#[track_caller]
fn check(what: &str, text: &str) {
    for canary in CANARIES {
        // In a query it would be percent-encoded, which these words do not change but for the email address.
        let encoded = canary.replace('@', "%40");
        // A body that is printed as bytes is a list of numbers.
        let numbers = format!("{:?}", canary.as_bytes());
        for form in [canary, &encoded, numbers.trim_matches(['[', ']'])] {
            assert!(!text.contains(form), "{what} shows {canary}: {text}");
        }
    }
}

/// Every call that takes or brings something confidential; what a program could print of each.
async fn everything_printed(client: &Client) -> String {
    let mut text = String::new();
    let mut print = |result: Result<String>| match result {
        Ok(debug) => writeln!(text, "{debug}").unwrap(),
        Err(error) => writeln!(text, "{}", everything_of(&error)).unwrap(),
    };
    let invitation = Invitation::to(EMAIL).user(USER).notify(EMAIL);
    print(shown(client.invitations().send(&invitation).await));
    let person = UserVerification::new("23868", EMAIL).user(USER);
    print(shown(client.verification().user(&person).await));
    let vehicle = VinVerification::new("23868", PHONE).user(USER);
    print(shown(client.verification().vin(&vehicle).await));
    let query = AssociatedQuery::new().email(EMAIL).phone(PHONE);
    print(shown(client.carriers().associated(query.clone()).await));
    print(shown(client.carriers().get("23868").await));
    print(shown(client.carriers().preview("23868").await));
    print(shown(client.monitoring().data().read_all(10).await));
    let blob = BlobName::new("w9/canary.pdf").unwrap();
    print(shown(client.documents().get(&blob).await));
    print(shown(client.packets().download(DotNumber::new(23868).unwrap()).await));
    let request = client.request(Operation::GetCarrierData).param("DOTNumber", USER).json(&json!({"a": BODY}));
    print(Ok(format!("{request:?}")));
    print(shown(request.send().await));
    print(shown(client.check_token().await));
    print(Ok(format!(
        "{client:?} {client:#?} {invitation:?} {person:?} {vehicle:?} {query:?} {:?}",
        client.documents()
    )));
    print(Ok(format!("{:?} {:?}", client.monitoring().data(), client.monitoring().data().pages())));
    text
}

fn shown<T: Debug>(result: Result<T>) -> Result<String> {
    result.map(|value| format!("{value:?} {value:#?}"))
}

fn confidential() -> Value {
    json!({
        "CarrierW9Forms": [{"EIN": EIN, "SSN": SSN, "ListAccountNumber": ACCOUNT}],
        "CarrierBank": {"CarrierBankRoutingNumber": ROUTING, "CarrierBankAccountNumber": ACCOUNT},
        "CarrierPaymentInfo": {"BankRoutingNumber": ROUTING, "BankAccountNumber": ACCOUNT},
        "FactoringRemit": {"BankRoutingNumber": ROUTING, "BankAccountNumber": ACCOUNT},
        "CarrierTINMatchings": [{"TIN": EIN}],
        "AssureAdvantage": [{"CarrierDetails": {"Operation": {"mxRFCNumber": ACCOUNT}}}],
    })
}

fn tokens() -> Reply {
    Reply::json(json!({"access_token": ACCESS, "expires_in": 3600, "refresh_token": REFRESH, "userName": USER}))
}

fn client_of(server: &Server, patience: Duration) -> Client {
    let builder = builder(&server.url(), &server.url())
        .credentials("integration", PASSWORD)
        .retry(|retry| retry.attempts = 2)
        .limits(|limits| limits.json_bytes = 5000)
        .timeouts(|timeouts| {
            (timeouts.attempt, timeouts.bulk_attempt, timeouts.stall) = (patience, patience, patience);
        });
    check("ClientBuilder", &format!("{builder:?} {builder:#?}"));
    builder.build().unwrap()
}

const PATIENT: Duration = Duration::from_secs(30);

fn patience(case: &str) -> Duration {
    if case == "silence" { Duration::from_millis(150) } else { PATIENT }
}

#[tokio::test]
async fn no_canary_is_printed_by_good_calls() {
    let log = Log::start();
    let server = Server::bare(|request| match request.path.as_str() {
        "/token" | "/api/token" => tokens(),
        path if path == path_of("GetCarrierData") => Reply::json(confidential()),
        _ => Reply::json(json!({"Message": BODY, "data": [], "totalPages": 1})),
    })
    .await;
    let client = client_of(&server, PATIENT);
    let printed = everything_printed(&client).await;
    // What a program asks for by name it gets; the rest of the test shows that it gets it in no other way.
    let carrier = client.carriers().get("23868").await.unwrap();
    assert_eq!(carrier.carrier_w9_forms.as_ref().unwrap()[0].ssn.as_ref().unwrap().expose(), SSN);
    assert!(printed.contains("[redacted]") && log.text().contains("get_carrier_data"));
    // The message of an answer that names no person is the program's own to show.
    check("a good call", &printed.replace(BODY, ""));
    check("its log", &log.text());
    assert_sent(&server, &[PASSWORD, ACCESS, PHONE, USER, BODY]);
}

fn assert_sent(server: &Server, canaries: &[&str]) {
    let whole = |request: &Request| format!("{}\n{}", request.head, request.text());
    let sent: String = server.requests().iter().map(whole).collect();
    for canary in canaries {
        assert!(sent.contains(canary), "{canary} was never at stake");
    }
}

#[tokio::test]
async fn no_canary_is_printed_by_calls_that_fail() {
    let long = json!([{"Message": BODY.repeat(1000)}]);
    let message =
        format!("No mail to {EMAIL} for TIN {EIN}, SSN {SSN}, account {ACCOUNT} at {ROUTING}, phone {PHONE}.");
    let wrong_kind = json!({
        "CarrierW9Forms": [{"EIN": {"x": BODY}}], "VinVerificationRequestID": BODY, "Success": BODY, "CarrierID": BODY,
        "data": [{"isMonitored": BODY}],
    });
    let replies = [
        ("a refusal", Reply::error(400, &message)),
        ("a failure", Reply::json(json!({"ExceptionMessage": message, "StackTrace": BODY})).with_status(500)),
        ("a page", Reply::new(200, "text/html", format!("<html>{BODY}{SSN}</html>"))),
        ("a gateway's page", Reply::new(502, "text/html", format!("<html>{BODY}{SSN}</html>"))),
        ("another kind of value", Reply::json(&wrong_kind)),
        ("another kind of value in an array", Reply::json(json!([wrong_kind]))),
        ("no JSON", Reply::json(format!("{{\"{BODY}\": {SSN}}}"))),
        ("an unknown type", Reply::new(200, "application/pdf", format!("%PDF {BODY}"))),
        ("half an answer", Reply::json(confidential()).cut_after(100)),
        ("silence", Reply::json(confidential()).stall_after(100)),
        ("too much", Reply::json(&long)),
        ("a redirect", Reply::new(302, "", BODY).header("location", &format!("/Login?token={ACCESS}&mail={EMAIL}"))),
        ("no answer", Reply::hang_up()),
        ("a denied token", Reply::error(401, &format!("Denied: {ACCOUNT}"))),
    ];
    for (case, reply) in replies {
        let log = Log::start();
        let server = Server::bare(move |request| match request.path.as_str() {
            "/token" | "/api/token" => tokens(),
            _ => reply.clone(),
        })
        .await;
        let printed = everything_printed(&client_of(&server, patience(case))).await;
        assert!(printed.contains("Error {"), "{case}: {printed}");
        check(case, &printed);
        check(case, &log.text());
        assert_sent(&server, &[PASSWORD, ACCESS, PHONE, USER]);
    }
}

#[tokio::test]
async fn no_canary_is_printed_when_there_is_no_token() {
    let echo =
        json!({"error": "invalid_grant", "error_description": format!("No user {EMAIL}, {ACCOUNT}."), "x": BODY});
    let replies = [
        ("a refused grant", Reply::json(&echo).with_status(400)),
        ("a failure", Reply::json(&echo).with_status(500)),
        ("no token", Reply::json(json!({"access_token": null, "refresh_token": REFRESH}))),
        ("a token that is none", Reply::json(json!({"access_token": format!("{ACCESS}\n"), "refresh_token": REFRESH}))),
        ("half a token", Reply::json(format!("{{\"access_token\":\"{ACCESS}"))),
        ("another kind of value", Reply::json(json!({"access_token": ACCESS, "expires_in": REFRESH}))),
        ("a page", Reply::new(200, "text/html", format!("<html>{BODY}"))),
        ("no answer", Reply::hang_up()),
        ("silence", tokens().stall_after(60)),
    ];
    for (case, reply) in replies {
        let log = Log::start();
        let server = Server::bare(move |_| reply.clone()).await;
        let client = client_of(&server, patience(case));
        let mut printed = String::new();
        for error in [
            client.carriers().preview("23868").await.unwrap_err(),
            client.packets().download(DotNumber::new(23868).unwrap()).await.unwrap_err(),
        ] {
            printed.push_str(&everything_of(&error));
        }
        check(case, &printed);
        check(case, &log.text());
        assert_sent(&server, &[PASSWORD]);
    }
}

#[test]
fn a_record_with_tax_and_bank_numbers_prints_none() {
    let carrier: CarrierData = serde_json::from_value(confidential()).unwrap();
    let text = format!("{carrier:?} {carrier:#?}");
    check("CarrierData", &text);
    assert_eq!(text.matches("[redacted]").count(), 2 * 11);
}

#[tokio::test]
async fn a_span_has_operation_attempts_status_and_duration() {
    let log = Log::start();
    let server = Server::start(|request| match request.nth {
        1 => Reply::error(503, "Busy."),
        _ => Reply::json("[]"),
    })
    .await;
    let client = client_of(&server, PATIENT);
    let window = mycarrierpackets::Window::last(Duration::from_secs(60)).unwrap();
    client.packets().completed(window).await.unwrap();
    let text = log.text();
    let line = |words: &[&str]| text.lines().any(|line| words.iter().all(|word| line.contains(word)));
    let span = ["mycarrierpackets{operation=\"completed_packets\"", "attempts=2", "status=200", "duration_ms=", "ok"];
    assert!(line(&span), "{text}");
    assert!(
        line(&["will be repeated", "operation=\"completed_packets\"", "attempt=1", "status=503", "Server"]),
        "{text}"
    );

    let failing = Server::start(|_| Reply::error(404, "No carrier was found.")).await;
    client_of(&failing, PATIENT).carriers().preview("23868").await.unwrap_err();
    let text = log.text();
    let line = |words: &[&str]| text.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(line(&["operation=\"preview_carrier\"", "attempts=1", "status=404", "NotFound", "duration_ms="]), "{text}");
    assert!(!text.contains("23868"), "no argument is logged: {text}");
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    for address in ["https://admin:s3cret-word@api.example/", "admin:s3cret-word@api.example"] {
        let api: url::Url = address.parse().unwrap();
        let environment = mycarrierpackets::Environment::Custom { api: api.clone(), portal: Some(api) };
        let builder = mycarrierpackets::Client::builder().credentials("demo", "demo").environment(environment.clone());
        let shown = format!("{environment:?} {builder:?}");
        let shown = format!("{shown} {0} {0:?}", builder.build().unwrap_err());
        assert!(!shown.contains("s3cret-word"), "{shown}");
    }
}
