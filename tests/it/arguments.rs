//! Every argument of every call arrives under its own parameter name, as the sandbox and a scripted server saw it.

use crate::support::client::{PREVIEW, of_sandbox, of_server};
use crate::support::server::{Reply, Server};
use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::StreamExt as _;
use mycarrierpackets::resources::{AssociatedQuery, Invitation, UserVerification, VinVerification};
use mycarrierpackets::types::{BlobName, CarrierId, DotNumber};
use mycarrierpackets::{Client, Operation, Pager, Window};
use mycarrierpackets_sandbox::{RecordedRequest, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const PARAMETERS: &str = include_str!("../../spec/vendor/parameters.tsv");

/// Parameters of the vendor that the handles never send, and why.
const NEVER_SENT: [(&str, &str); 1] = [
    // Delivery by mail is a 400 by now.
    ("RequestVINVerification", "vinVerificationEmail"),
];

/// A call, and the query and body it must send.
struct Case<'c> {
    operation: &'static str,
    call: BoxFuture<'c, ()>,
    query: Vec<(&'static str, &'static str)>,
    body: Option<Value>,
}

/// What the sandbox makes of the values does not matter here: it records a request that it refuses, too.
fn case<'c, T: 'c>(
    operation: &'static str,
    call: impl Future<Output = T> + Send + 'c,
    query: impl Into<Vec<(&'static str, &'static str)>>,
) -> Case<'c> {
    Case { operation, call: call.map(drop).boxed(), query: query.into(), body: None }
}

impl Case<'_> {
    fn with_body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

async fn page<T: Send + 'static>(pager: Pager<T>) {
    drop(pager.from_page(3).page_size(70).pages().next().await);
}

fn cases(client: &Client) -> Vec<Case<'_>> {
    let both = || CarrierId::new(9_900_123, "MC990124").unwrap();
    let state = || CarrierId::intrastate("TX-008812").unwrap();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let window = Window::new(at("2026-03-18T08:30:01.9Z"), at("2026-03-18T09:30:02Z")).unwrap();
    let (carriers, monitoring, blocking) = (client.carriers(), client.monitoring(), client.blocking());
    let edges = [("fromDate", "2026-03-18T08:30:01"), ("toDate", "2026-03-18T09:30:02")];
    let paged = [("pageNumber", "3"), ("pageSize", "70")];
    let upper = [("DOTNumber", "9900123"), ("docketNumber", "MC990124")];
    let lower = [("dotNumber", "9900123"), ("docketNumber", "MC990124")];
    let full = [("DOTNumber", "9900123"), ("DocketNumber", "MC990124")];
    let full_body = || json!({"DOTNumber": 9_900_123, "DocketNumber": "MC990124"});
    let in_state = [("IntrastateNumber", "TX-008812")];
    let state_body = || json!({"IntrastateNumber": "TX-008812"});
    vec![
        case("PreviewCarrier", carriers.preview(both()), upper),
        case("PreviewCarrier", carriers.preview("MC990124"), [("docketNumber", "MC990124")]),
        case("PreviewCarrier", carriers.preview("DOT 9900123"), [("DOTNumber", "9900123")]),
        case("GetCarrierData", carriers.get(both()), full),
        case("GetCarrierContacts", carriers.contacts(both()), upper),
        case("GetCarrierRiskAssessment", carriers.risk(both()), lower),
        case("GetCarrierIncidentReports", carriers.incidents(both()), upper),
        case("GetCarrierVINVerifications", carriers.vins(both()), upper),
        case(
            "FindAssociatedCarriers",
            carriers.associated(AssociatedQuery::new().phone("555-555-0123").email("ada@carrier.example")),
            [("phone", "555-555-0123"), ("email", "ada@carrier.example")],
        ),
        case(
            "FindAssociatedCarriers",
            carriers.associated(AssociatedQuery::new().phone("555-555-0123")),
            [("phone", "555-555-0123")],
        ),
        case(
            "EmailPacketInvitation",
            async move {
                let invitation = Invitation::to("dispatch@carrier.example")
                    .carrier(both())
                    .user("brenda")
                    .confirm(true)
                    .notify("one@broker.example")
                    .notify("two@broker.example");
                client.invitations().send(&invitation).await
            },
            [
                ("carrierEmail", "dispatch@carrier.example"),
                ("dotNumber", "9900123"),
                ("docketNumber", "MC990124"),
                ("userName", "brenda"),
                ("sendConfirmationEmail", "true"),
                ("notificationEmails", "one@broker.example,two@broker.example"),
            ],
        ),
        case(
            "EmailPacketInvitation",
            async { client.invitations().send(&Invitation::to("dispatch@carrier.example").confirm(false)).await },
            [("carrierEmail", "dispatch@carrier.example"), ("sendConfirmationEmail", "false")],
        ),
        case("CompletedPackets", client.packets().completed(window), edges),
        case("MonitoredCarriers", page(monitoring.list()), paged),
        case("MonitoredCarrierData", page(monitoring.data()), paged),
        case("GetMonitoredCarrierContactsData", page(monitoring.contacts()), paged),
        case("GetMonitoredCarriersRiskAssessment", page(monitoring.risk()), paged),
        case("CarriersChanges", page(monitoring.changes(window)), [edges, paged].concat()),
        case("BlockedCarriers", page(blocking.list()), paged),
        case("RequestMonitoring", monitoring.add(both()), full).with_body(full_body()),
        case("RequestMonitoring", monitoring.add(state()), in_state).with_body(state_body()),
        case("CancelMonitoring", monitoring.remove(both()), full).with_body(full_body()),
        case("CancelMonitoring", monitoring.remove(state()), in_state).with_body(state_body()),
        case("BlockCarrier", blocking.add(both()), full).with_body(full_body()),
        case("BlockCarrier", blocking.add(state()), in_state).with_body(state_body()),
        case("UnblockCarrier", blocking.remove(both()), full).with_body(full_body()),
        case("UnblockCarrier", blocking.remove(state()), in_state).with_body(state_body()),
        case(
            "RequestUserVerification",
            async move {
                let person = UserVerification::new(both(), "ada@carrier.example").user("brenda");
                client.verification().user(&person).await
            },
            [
                ("userVerificationEmail", "ada@carrier.example"),
                ("dotNumber", "9900123"),
                ("docketNumber", "MC990124"),
                ("userName", "brenda"),
            ],
        ),
        case(
            "RequestVINVerification",
            async move {
                let vehicle = VinVerification::new(both(), "555-555-0123").user("brenda");
                client.verification().vin(&vehicle).await
            },
            [
                ("deliveryOption", "2"),
                ("vinVerificationPhoneNumber", "555-555-0123"),
                ("dotNumber", "9900123"),
                ("docketNumber", "MC990124"),
                ("userName", "brenda"),
                ("outputVINVerificationRequestID", "true"),
            ],
        )
        .with_body(json!({
            "deliveryOption": 2, "vinVerificationPhoneNumber": "555-555-0123", "dotNumber": 9_900_123,
            "docketNumber": "MC990124", "userName": "brenda", "outputVINVerificationRequestID": true,
        })),
        case(
            "GetDocument",
            async { client.documents().get(&BlobName::new("company-agreement/12/0a1b-c2d3")?).await },
            [("name", "company-agreement/12/0a1b-c2d3")],
        ),
        case("GetUpdatedFactoringCompanies", client.factoring().updated(window), edges),
        case("GetUpdatedFactoringCompanies", client.factoring().updated_since(window.start()), &edges[..1]),
        case("CarrierPacket", client.packets().download(DotNumber::new(9_900_123).unwrap()), []),
    ]
}

#[tokio::test]
async fn every_argument_arrives_under_its_own_name() {
    let sandbox = Sandbox::builder().carriers(10).changes_interval(Duration::ZERO).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let mut sent = BTreeSet::new();
    for Case { operation, call, query, body } in cases(&client) {
        sandbox.clear_requests();
        call.await;
        let requests = sandbox.requests();
        let requests: Vec<_> = requests.iter().filter(|request| request.operation == operation).collect();
        let [request] = requests.as_slice() else { panic!("{operation}: {} requests", requests.len()) };
        let sorted = |pairs: &mut dyn Iterator<Item = (String, String)>| pairs.collect::<BTreeSet<_>>();
        let arrived = sorted(&mut request.query.iter().cloned());
        let expected = sorted(&mut query.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        assert_eq!((arrived.len(), &arrived), (request.query.len(), &expected), "{operation}");
        let arrived = (!request.body.is_empty()).then(|| serde_json::from_slice::<Value>(&request.body).unwrap());
        assert_eq!(arrived, body, "{operation}");
        check_headers(request);
        sent.extend(query.iter().map(|(name, _)| (operation, *name)));
        sent.insert((operation, ""));
    }
    let rows = PARAMETERS.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let published: BTreeSet<_> = rows.map(|columns| (columns[0], columns[1])).collect();
    let missing: Vec<_> = published.iter().filter(|row| !sent.contains(*row) && !NEVER_SENT.contains(row)).collect();
    let unknown: Vec<_> =
        sent.iter().filter(|(_, name)| !name.is_empty()).filter(|row| !published.contains(*row)).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, not published {unknown:?}");
    assert_eq!(published.len(), 62);
    for info in Operation::all().iter().filter(|info| info.path.starts_with("/api/v1/")) {
        assert!(sent.contains(&(info.vendor_name, "")), "{} is not called here", info.id);
    }
}

fn check_headers(request: &RecordedRequest) {
    let operation = request.operation;
    let bearer = request.header("authorization").unwrap();
    assert!(bearer.starts_with("bearer ") && bearer.len() > 100, "{operation}");
    assert_eq!(request.header("api-version"), None, "{operation}");
    assert_eq!(request.header("accept-encoding"), Some("gzip"), "{operation}");
    let lengths: Vec<_> = request.headers.iter().filter(|(name, _)| name == "content-length").collect();
    let types: Vec<_> = request.headers.iter().filter(|(name, _)| name == "content-type").collect();
    if request.method == "GET" {
        assert!(lengths.is_empty(), "{operation}");
    } else {
        assert_eq!(lengths.len(), 1, "{operation}");
        assert_eq!(lengths[0].1, request.body.len().to_string(), "{operation}");
    }
    assert_eq!(types.len(), usize::from(!request.body.is_empty()), "{operation}: {types:?}");
    let accept = request.header("accept").unwrap();
    let document = matches!(operation, "GetDocument" | "CarrierPacket");
    assert_eq!(accept, if document { "*/*" } else { "application/json" }, "{operation}");
    assert!(request.header("user-agent").unwrap().starts_with("mycarrierpackets-rs/"), "{operation}");
}

#[tokio::test]
async fn what_users_type_is_encoded() {
    let server = Server::start(|request| {
        Reply::json(match request.path.rsplit('/').next() {
            Some("PreviewCarrier") => PREVIEW,
            Some("FindAssociatedCarriers") => r#"{"Success":true,"AssociatedCarriersCount":0}"#,
            _ => r#"{"Message":"Sent."}"#,
        })
    })
    .await;
    let client = of_server(&server);
    let invitation = Invitation::to("ada+freight&co=1#x@carrier.example").user("J\u{fc}rgen / 100% & co");
    client.invitations().send(&invitation).await.unwrap();
    let blob = BlobName::new("company-agreement/12/a+b&c=d #e\u{fc}.pdf").unwrap();
    drop(client.documents().get(&blob).await);
    client.carriers().associated(AssociatedQuery::new().phone("+1 (785) 555-0142")).await.unwrap();

    let requests = server.requests();
    let query = |name: &str| {
        let request = requests.iter().find(|request| request.path.ends_with(name)).unwrap();
        let target = request.head.split(' ').nth(1).unwrap();
        assert!(target.is_ascii() && !target.contains('#'), "{target}");
        let pairs = url::form_urlencoded::parse(request.query.as_bytes());
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect::<BTreeSet<_>>()
    };
    let pairs = |pairs: &[(&str, &str)]| -> BTreeSet<(String, String)> {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    };
    assert_eq!(
        query("EmailPacketInvitation"),
        pairs(&[("carrierEmail", "ada+freight&co=1#x@carrier.example"), ("userName", "J\u{fc}rgen / 100% & co")])
    );
    assert_eq!(query("GetDocument"), pairs(&[("name", blob.as_str())]));
    assert_eq!(query("FindAssociatedCarriers"), pairs(&[("phone", "+1 (785) 555-0142")]));
    let mail = requests.iter().find(|request| request.path.ends_with("EmailPacketInvitation")).unwrap();
    assert!(mail.query.contains("ada%2Bfreight%26co%3D1%23x%40carrier.example"), "{}", mail.query);
}
