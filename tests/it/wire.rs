//! Every shape of `spec/WIRE.md`: what the server sends, and what the typed call returns of it.

mod anything;
mod everywhere;
mod examples;
mod pages;
mod shapes;
mod values;
mod vectors;

use crate::support::server::{Reply, Server};
use crate::support::{client, contract, schema::spec};
use mycarrierpackets::resources::{AssociatedQuery, Invitation, UserVerification, VinVerification};
use mycarrierpackets::{Client, Operation, OperationInfo, Pager, Result, Window};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// One server that answers everything with the reply that was last set, and a client of it.
struct Bench {
    reply: Arc<Mutex<Reply>>,
    client: Client,
    _server: Server,
}

impl Bench {
    async fn new() -> Self {
        let reply = Arc::new(Mutex::new(Reply::json("null")));
        let shared = reply.clone();
        let server = Server::start(move |_| shared.lock().unwrap().clone()).await;
        Self { reply, client: client::of_server(&server), _server: server }
    }

    /// What the typed call of `operation` returns when the server sends `body` as JSON.
    async fn served(&self, operation: Operation, body: impl ToString) -> Result<Vec<Value>> {
        self.replied(operation, Reply::json(body)).await
    }

    async fn replied(&self, operation: Operation, reply: Reply) -> Result<Vec<Value>> {
        *self.reply.lock().unwrap() = reply;
        ask(&self.client, operation).await
    }
}

/// The operations that answer JSON of a known type.
fn typed() -> impl Iterator<Item = &'static OperationInfo> {
    let untyped = [Operation::EmailPacketInvitation, Operation::RequestUserVerification, Operation::GetDocument];
    Operation::all().iter().filter(move |info| info.path.starts_with("/api/v1/") && !untyped.contains(&info.operation))
}

/// Calls an operation through its handle; what it returns, written as JSON, one element a record.
async fn ask(client: &Client, operation: Operation) -> Result<Vec<Value>> {
    use Operation as Op;
    let (carriers, monitoring, blocking) = (client.carriers(), client.monitoring(), client.blocking());
    let window = Window::new("2026-03-18T08:00:00Z".parse().unwrap(), "2026-03-18T09:00:00Z".parse().unwrap())?;
    let carrier = "23868";
    let mail = "ada@carrier.example";
    match operation {
        Op::PreviewCarrier => one(carriers.preview(carrier).await?),
        Op::GetCarrierData => one(carriers.get(carrier).await?),
        Op::GetCarrierContacts => one(carriers.contacts(carrier).await?),
        Op::GetCarrierRiskAssessment => one(carriers.risk(carrier).await?),
        Op::GetCarrierIncidentReports => one(carriers.incidents(carrier).await?),
        Op::GetCarrierVinVerifications => one(carriers.vins(carrier).await?),
        Op::FindAssociatedCarriers => one(carriers.associated(AssociatedQuery::new().email(mail)).await?),
        Op::EmailPacketInvitation => one(client.invitations().send(&Invitation::to(mail)).await?.answer()),
        Op::RequestUserVerification => {
            one(client.verification().user(&UserVerification::new(carrier, mail)).await?.answer())
        }
        Op::RequestVinVerification => {
            one(client.verification().vin(&VinVerification::new(carrier, "555-555-0123")).await?)
        }
        Op::CompletedPackets => many(client.packets().completed(window).await?.items),
        Op::GetUpdatedFactoringCompanies => one(client.factoring().updated(window).await?),
        Op::MonitoredCarriers => first_page(monitoring.list()).await,
        Op::MonitoredCarrierData => first_page(monitoring.data()).await,
        Op::GetMonitoredCarrierContactsData => first_page(monitoring.contacts()).await,
        Op::GetMonitoredCarriersRiskAssessment => first_page(monitoring.risk()).await,
        Op::CarriersChanges => first_page(monitoring.changes(window)).await,
        Op::BlockedCarriers => first_page(blocking.list()).await,
        Op::RequestMonitoring => one(monitoring.add(carrier).await?),
        Op::CancelMonitoring => one(monitoring.remove(carrier).await?),
        Op::BlockCarrier => one(blocking.add(carrier).await?),
        Op::UnblockCarrier => one(blocking.remove(carrier).await?),
        other => panic!("{other} has no typed answer"),
    }
}

fn one(record: impl Serialize) -> Result<Vec<Value>> {
    many([record])
}

fn many(records: impl IntoIterator<Item: Serialize>) -> Result<Vec<Value>> {
    Ok(records.into_iter().map(|record| serde_json::to_value(record).expect("JSON")).collect())
}

async fn first_page<T: Serialize + Send + 'static>(pager: Pager<T>) -> Result<Vec<Value>> {
    use futures::StreamExt as _;
    let mut pages = pager.pages();
    let page = pages.next().await.expect("a page")?;
    match page.rejected.into_iter().next() {
        Some((_, error)) => Err(error),
        None => many(page.items),
    }
}

/// The field of an answer that holds the records, where the answer is not the record.
fn wrapper(info: &OperationInfo) -> Option<&'static str> {
    match info.operation {
        Operation::GetCarrierContacts => Some("Carrier"),
        _ => info.pagination.and_then(|pagination| pagination.items),
    }
}

/// The schema of an operation's answer.
fn answer_schema(info: &OperationInfo) -> &'static Value {
    let found = contract::operations(spec()).find(|(_, _, op)| op["operationId"] == info.id);
    let (_, _, op) = found.expect("an operation of the document");
    contract::resolve(spec(), &op["responses"]["200"]["content"]["application/json"]["schema"])
}

/// `$ref`, and the `allOf` around it that stands for a nullable `$ref`, followed.
fn followed(schema: &'static Value) -> &'static Value {
    let inner = if schema["allOf"].is_array() { &schema["allOf"][0] } else { schema };
    contract::resolve(spec(), inner)
}

/// The schema of one record.
fn record_schema(info: &OperationInfo) -> &'static Value {
    let answer = answer_schema(info);
    let inner = wrapper(info).map_or(answer, |field| followed(&answer["properties"][field]));
    if inner["type"] == "array" { followed(&inner["items"]) } else { inner }
}

/// An answer that holds these records.
fn answer_of(info: &OperationInfo, records: Vec<Value>) -> Value {
    let is_list = |schema: &Value| schema["type"] == "array";
    let schema = answer_schema(info);
    let inner = |list: bool| if list { json!(records) } else { records[0].clone() };
    match wrapper(info) {
        Some(field) => json!({field: inner(is_list(&schema["properties"][field]))}),
        None => inner(is_list(schema)),
    }
}

/// The records of an answer.
fn records_of(info: &OperationInfo, answer: &Value) -> Vec<Value> {
    let inner = wrapper(info).map_or(answer, |field| &answer[field]);
    match inner {
        Value::Array(records) => records.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// `value` in the one form in which what was sent and what was read can be compared: without `$id`, nulls and
/// wrappers, scalars as text, and a text in place of an object as that object.
fn plain(schema: &'static Value, value: &Value) -> Value {
    let schema = followed(schema);
    match value {
        Value::Object(map) if map.contains_key("$values") => plain(schema, &map["$values"]),
        Value::Object(map) => {
            let kept = map.iter().filter(|(name, value)| !name.starts_with('$') && !value.is_null());
            let field = |name: &String| schema["properties"].get(name).unwrap_or(&Value::Null);
            kept.map(|(name, value)| (name.clone(), plain(field(name), value))).collect()
        }
        Value::Array(items) => {
            items.iter().filter(|item| !item.is_null()).map(|item| plain(&schema["items"], item)).collect()
        }
        Value::String(text) => match schema["x-mcp-text-as"].as_str() {
            Some(field) => json!({field: text}),
            None => json!(text),
        },
        other => json!(other.to_string()),
    }
}

fn plain_records(info: &OperationInfo, records: &[Value]) -> Vec<Value> {
    records.iter().map(|record| plain(record_schema(info), record)).collect()
}
