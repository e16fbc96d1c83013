//! What this sandbox is: its addresses and settings, its document, its certificate.

use serde_json::{Value, json};

use crate::console;
use crate::control::clock;
use crate::control::reply::{Code, Refusal, Reply, Result};
use crate::engine::Engine;
use crate::wire::profile::Profile;

pub(crate) fn sandbox(engine: &Engine) -> Value {
    let [api, portal] = &engine.addresses;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "api": api,
        "portal": portal,
        "username": crate::customers::USERNAME,
        "password": crate::customers::PASSWORD,
        "seed": engine.world.seed,
        "carriers": engine.world.total,
        "profile": match engine.profile {
            Profile::Docs => "docs",
            Profile::Wire => "wire",
            Profile::Storm => "storm",
        },
        "customers": engine.customers.all().iter().map(|customer| customer.name.to_string()).collect::<Vec<_>>(),
        "clock": clock::shown(engine),
    })
}

pub(crate) fn document() -> Value {
    let (_, document) = console::asset("/control.json").unwrap_or_default();
    serde_json::from_slice(document).unwrap_or_default()
}

pub(crate) fn certificate(engine: &Engine) -> Result {
    match &engine.tls {
        Some(tls) => Ok(Reply::Text("application/x-pem-file", tls.certificate.clone())),
        None => {
            let error = "the sandbox speaks plain HTTP and has no certificate";
            Err(Refusal::new(404, Code::NoCertificate, error, "Start it with --tls self-made."))
        }
    }
}
