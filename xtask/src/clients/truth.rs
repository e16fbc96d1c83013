//! What the sandbox holds: the rows that a client must come to, read from a sandbox that answers as the documents say,
//! without references, and compared with the control API.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::scenarios;
use crate::http::{exchange, sign_in};
use crate::measure::Outcome;
use crate::process::Sandbox;

/// How many carriers are monitored. Three pages, of which the last is short.
pub const CARRIERS: u32 = 60;
pub const PAGE: usize = 25;
/// The instant at which the sandbox stands.
const TIME: &str = "2026-03-18T12:00:00Z";
/// Six hours, as the examples have it, so that carriers change more than once; it ends before `TIME`, since the newest rows could be late.
pub const WINDOW: (&str, &str) = ("2026-03-18T05:30:00", "2026-03-18T11:30:00");
/// No carrier has this number.
const UNKNOWN: u32 = 99_999_998;
const CARRIER: u32 = 23868;

/// The steps of a client, in order, and what must come of each.
pub const STEPS: [&str; 7] = ["token", "preview", "list", "bulk", "changes", "document", "unknown"];

/// What a sandbox holds, step by step.
pub struct Truth {
    rows: Vec<(&'static str, Vec<String>)>,
    document: String,
    /// How large the document is, by user: it says for whom it is.
    sizes: BTreeMap<String, Vec<String>>,
}

/// A sandbox that answers as `profile` says, at a fixed time and with the same carriers each time.
pub fn sandbox(binary: &Path, profile: &str, more: &[&str]) -> Outcome<Sandbox> {
    let mut options = vec!["--like", profile, "--time", TIME, "--changes-interval", "0", "--activity", "6000"];
    options.extend(more);
    Sandbox::start(binary, CARRIERS, &options.iter().map(|&option| option.to_owned()).collect::<Vec<_>>())
}

impl Truth {
    /// Reads it.
    pub fn read(binary: &Path) -> Outcome<Self> {
        let sandbox = sandbox(binary, "docs", &[])?;
        let base = &sandbox.base;
        let kinds = json(base, "GET /__sandbox/faults/kinds", "")?;
        let kinds: Vec<String> = entries(&kinds).iter().map(|each| text(&each["kind"])).collect();
        let unsorted = scenarios::unsorted(&kinds);
        if !unsorted.is_empty() {
            return Err(format!(
                "xtask/src/clients/scenarios.rs does not sort these kinds of fault: {}",
                unsorted.join(", ")
            ));
        }

        let token = sign_in(base, "demo")?;
        let call = |what: &str| json(base, &format!("POST /api/v1/Carrier/{what}"), &token);
        let preview = call(&format!("PreviewCarrier?DOTNumber={CARRIER}"))?;
        let list = call("MonitoredCarriers?pageSize=5000")?;
        let bulk = call("MonitoredCarrierData?pageSize=500")?;
        let changes = call(&format!("CarriersChanges?fromDate={}&toDate={}&pageSize=500", WINDOW.0, WINDOW.1))?;
        let listed: Vec<String> = entries(&list).iter().map(|row| text(&row["DOTNumber"])).collect();
        controlled(base, &listed)?;

        let all = entries(&bulk["data"]);
        let document = all.iter().find_map(|row| row.pointer("/CertData/Certificate/0/BlobName")?.as_str());
        let document = document.ok_or("no carrier has a certificate")?.to_owned();
        let mut sizes = BTreeMap::new();
        for user in ["demo", "wire", "storm"].into_iter().chain(scenarios::SCENARIOS.iter().map(|each| each.kind)) {
            let line = format!("POST /api/v1/Carrier/GetDocument?name={document}");
            let size = exchange(base, &line, &sign_in(base, user)?, "")?.body.len();
            sizes.insert(user.to_owned(), vec![size.to_string()]);
        }
        let rows = vec![
            ("token", vec!["token".to_owned()]),
            ("preview", known(&preview, &["/DotNumber", "/CompanyName"])),
            ("list", listed),
            ("bulk", known(&bulk["data"], &["/dotNumber/Value", "/IncidentReports/TotalIncidentReports"])),
            ("changes", known(&changes["CarrierList"], &["/ChangeDateTime", "/CarrierDetails/dotNumber/Value"])),
            ("unknown", Vec::new()),
        ];
        let fits = |step: &str, rows: &[String]| match step {
            "list" | "bulk" => rows.len() == CARRIERS as usize,
            "changes" => (2 * PAGE..500).contains(&rows.len()),
            _ => true,
        };
        if let Some((step, rows)) = rows.iter().find(|(step, rows)| !fits(step, rows)) {
            return Err(format!("the sandbox has {} rows for {step}, too few or too many to test with", rows.len()));
        }
        Ok(Self { rows, document, sizes })
    }

    /// What must come of a step of a user.
    pub fn of(&self, user: &str, step: &str) -> &[String] {
        if step == "document" {
            return self.sizes.get(user).map_or(&[], Vec::as_slice);
        }
        self.rows.iter().find(|(own, _)| *own == step).map_or(&[], |(_, rows)| rows)
    }

    /// What a driver needs to know to take the steps.
    pub fn job(&self) -> Value {
        serde_json::json!({
            "dot": CARRIER, "unknown": UNKNOWN, "document": self.document, "pageSize": PAGE,
            "from": WINDOW.0, "to": WINDOW.1,
        })
    }
}

/// The monitored carriers are those that the control API lists.
fn controlled(base: &str, listed: &[String]) -> Outcome<()> {
    let mut monitored = BTreeSet::new();
    for page in 1.. {
        let answer = json(base, &format!("GET /__sandbox/carriers?pageSize=500&page={page}"), "")?;
        let carriers = entries(&answer["carriers"]);
        if carriers.is_empty() {
            break;
        }
        monitored.extend(carriers.iter().filter(|each| each["monitored"] == true).map(|each| text(&each["dot"])));
    }
    if monitored != listed.iter().cloned().collect() || monitored.len() != listed.len() {
        return Err("MonitoredCarriers and the control API list different carriers".to_owned());
    }
    Ok(())
}

fn json(base: &str, line: &str, token: &str) -> Outcome<Value> {
    let text = exchange(base, line, token, "")?.text(line)?;
    serde_json::from_str(&text).map_err(|e| format!("{line}: {e}"))
}

fn entries(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What each row is known by.
fn known(rows: &Value, pointers: &[&str]) -> Vec<String> {
    let name = |row: &Value| {
        let parts: Vec<_> = pointers.iter().map(|at| text(row.pointer(at).unwrap_or(&Value::Null))).collect();
        parts.join("|")
    };
    entries(rows).iter().map(name).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
