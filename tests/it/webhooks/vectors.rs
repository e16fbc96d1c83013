//! `spec/webhooks/vectors.json`, which receivers in any language can run.

use crate::support::schema::spec;
use mycarrierpackets::http::{HeaderMap, HeaderName, HeaderValue};
use mycarrierpackets::types::WebhookEventType;
use mycarrierpackets::webhook::{VerifiedEvent, Verifier, WebhookError};
use serde::Deserialize;
use std::collections::BTreeSet;

const VECTORS: &str = include_str!("../../../spec/webhooks/vectors.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vector {
    pub name: String,
    pub secrets: Vec<String>,
    pub signature: Option<String>,
    pub event: Option<String>,
    pub body: String,
    pub error: Option<String>,
    pub key: Option<String>,
    pub r#type: Option<String>,
    pub dot_number: Option<u32>,
    #[serde(default)]
    pub contradicted: bool,
    #[serde(default)]
    pub unreadable: bool,
    #[serde(default = "yes")]
    pub understood: bool,
}

fn yes() -> bool {
    true
}

impl Vector {
    pub fn verifier(&self) -> Verifier {
        Verifier::from_secrets(&self.secrets).unwrap()
    }

    fn verify(&self) -> Result<VerifiedEvent, WebhookError> {
        let mut headers = HeaderMap::new();
        let mut put = |name, value: &Option<String>| {
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
        };
        put("mcp-signature", &self.signature);
        put("mcp-event", &self.event);
        self.verifier().verify(&headers, self.body.clone())
    }
}

pub fn vectors() -> Vec<Vector> {
    #[derive(Deserialize)]
    struct Document {
        vectors: Vec<Vector>,
    }
    serde_json::from_str::<Document>(VECTORS).unwrap().vectors
}

/// Those that are accepted, each body once.
pub fn accepted() -> Vec<Vector> {
    let mut bodies = BTreeSet::new();
    let mut vectors = vectors();
    vectors.retain(|vector| vector.error.is_none() && bodies.insert(vector.body.clone()));
    vectors
}

#[test]
fn every_vector_comes_out_as_it_says() {
    let vectors = vectors();
    for vector in &vectors {
        let name = &vector.name;
        match (vector.verify(), &vector.error) {
            (Err(refused), Some(error)) => assert_eq!(&format!("{refused:?}"), error, "{name}"),
            (Ok(verified), None) => {
                assert_eq!(Some(verified.key()), vector.key.as_deref(), "{name}");
                assert_eq!(verified.body(), &vector.body, "{name}");
                understood(vector, &verified);
            }
            (outcome, _) => panic!("{name}: {outcome:?}"),
        }
    }
    let types: BTreeSet<_> = vectors.iter().filter_map(|vector| vector.r#type.as_deref()).collect();
    for known in WebhookEventType::KNOWN {
        assert!(types.contains(known.as_str()), "no vector is of {known}");
    }
    for error in ["NoSignature", "MalformedSignature", "WrongSignature"] {
        assert!(vectors.iter().any(|vector| vector.error.as_deref() == Some(error)), "{error}");
    }
}

fn understood(vector: &Vector, verified: &VerifiedEvent) {
    let name = &vector.name;
    let event = match verified.event() {
        Ok(event) => event,
        Err(error) => return assert_eq!((error, vector.understood), (WebhookError::NotUnderstood, false), "{name}"),
    };
    assert!(vector.understood, "{name}");
    assert_eq!(Some(event.event_type.as_str()), vector.r#type.as_deref(), "{name}");
    let dot = event.carrier.as_ref().and_then(|carrier| carrier.dot_number).map(|dot| dot.get());
    assert_eq!(dot, vector.dot_number, "{name}");
    assert_eq!(event.contradicting_header.is_some(), vector.contradicted, "{name}");
    assert_eq!(!event.unreadable.is_empty(), vector.unreadable, "{name}: {:?}", event.unreadable);
}

#[test]
fn the_document_shows_the_published_forms() {
    let hooks = spec()["x-webhooks"].as_object().unwrap();
    let known: BTreeSet<_> = WebhookEventType::KNOWN.iter().map(WebhookEventType::as_str).collect();
    assert_eq!(hooks.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
    for (name, hook) in hooks {
        let shown = &hook["post"]["requestBody"]["content"]["application/json"]["examples"]["published"]["value"];
        let vector = accepted().into_iter().find(|vector| &vector.name == name).unwrap();
        assert_eq!(&serde_json::from_str::<serde_json::Value>(&vector.body).unwrap(), shown, "{name}");
    }
}
