//! A vendor whose every answer the test holds: one carrier, and its documents.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sync::Engine;
use mycarrierpackets_sync::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Answers {
    data: Value,
    /// The status and the bytes of each document, by its name.
    documents: BTreeMap<String, (u16, Vec<u8>)>,
    asked: Vec<String>,
}

/// The vendor, which runs as long as the test.
#[derive(Clone)]
pub struct Vendor {
    url: String,
    answers: Arc<Mutex<Answers>>,
}

/// A PDF that says `text`.
pub fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{text}\n%%EOF\n").into_bytes()
}

/// The data of a carrier with these certificates.
pub fn certificates(names: &[&str]) -> Value {
    let names: Vec<Value> = names.iter().map(|name| json!({"BlobName": name})).collect();
    json!({"DOTNumber": 9_000_001, "AssureAdvantage": [{"CarrierDetails": {"CertData": {"Certificate": names}}}]})
}

impl Vendor {
    pub async fn start() -> Self {
        let answers = Arc::new(Mutex::new(Answers::default()));
        let routes = axum::Router::new().fallback(answer).with_state(Arc::clone(&answers));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, answers }
    }

    /// An engine that works for the vendor's customers.
    pub fn engine(&self, store: &Store) -> Engine {
        let url = self.url.clone();
        Engine::new(store.clone(), move |_| {
            let environment = Environment::custom(url.parse().expect("an address"));
            let client = Client::builder().environment(environment).credentials("demo", "demo");
            client.retry(|retry| retry.base_delay = Duration::from_millis(1)).build()
        })
    }

    pub fn set_data(&self, data: Value) {
        self.answers.lock().unwrap().data = data;
    }

    pub fn set_document(&self, name: &str, status: u16, bytes: Vec<u8>) {
        self.answers.lock().unwrap().documents.insert(name.to_owned(), (status, bytes));
    }

    /// What was asked for since the last time, tokens aside.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.answers.lock().unwrap().asked)
    }
}

async fn answer(State(answers): State<Arc<Mutex<Answers>>>, request: Request) -> Response {
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    if path.contains("oken") {
        return json_of(StatusCode::OK, &json!({"access_token": "abc", "token_type": "bearer", "expires_in": 3600}));
    }
    let mut answers = answers.lock().unwrap();
    let operation = path.rsplit('/').next().unwrap_or_default();
    if operation == "GetCarrierData" {
        answers.asked.push(format!("{operation}?{query}"));
        return json_of(StatusCode::OK, &answers.data);
    }
    let name = query.split('=').nth(1).unwrap_or_default().replace("%2F", "/");
    answers.asked.push(name.clone());
    match answers.documents.get(&name) {
        Some((status, bytes)) => {
            let kind = if bytes.starts_with(b"<") { "text/html" } else { "application/pdf" };
            let status = StatusCode::from_u16(*status).unwrap();
            (status, [(header::CONTENT_TYPE, kind)], bytes.clone()).into_response()
        }
        None => json_of(StatusCode::NOT_FOUND, &json!({"Message": "The document was not found."})),
    }
}

fn json_of(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
