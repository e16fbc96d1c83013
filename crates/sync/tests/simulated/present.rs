//! What the store says of now, compared to what the vendor says at the same instant.

use crate::vendor::client;
use crate::world::{CUSTOMER, World};
use mycarrierpackets::types::DotNumber;
use mycarrierpackets_sync::engine::Read;
use mycarrierpackets_sync::store::{Error, Tx, roster};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was compared since the vendor is well again.
#[derive(Debug, Default)]
pub struct Compared {
    /// Complete reads of each list.
    lists: BTreeMap<&'static str, u32>,
    /// Carriers whose data were compared, by the part that the store has.
    pub carriers: BTreeMap<String, usize>,
    /// Carriers on the lists.
    pub listed: BTreeMap<&'static str, usize>,
}

fn key(dot: Option<DotNumber>) -> String {
    format!("DOT:{}", dot.expect("a DOT number"))
}

impl World {
    /// Compares what was just read.
    pub async fn compare(&mut self, reads: &[Read], compared: &mut Compared) {
        for read in reads {
            if let Some(error) = &read.error {
                self.faults.push(format!("{} was not read although all is well: {error}", read.feed));
                continue;
            }
            match read.feed {
                "carriers" => self.compare_carriers("MonitoredCarrierData", compared).await,
                // What changed lately came with the carrier as it is.
                "changes" => self.compare_carriers("details", compared).await,
                list @ ("monitored" | "blocked") => {
                    let reads = compared.lists.entry(list).or_default();
                    *reads += 1;
                    // Once may be by chance: a carrier is still on the list then.
                    if *reads > 1 {
                        self.compare_list(list, compared).await;
                    }
                }
                _ => {}
            }
        }
        self.sandbox.clear_requests();
    }

    async fn compare_list(&mut self, list: &'static str, compared: &mut Compared) {
        let user = client(&self.sandbox).expect("a client");
        let vendors: BTreeSet<String> = if list == "monitored" {
            let read = user.monitoring().list().read_all(1000).await.expect("the list");
            read.items.iter().map(|carrier| key(carrier.dot_number)).collect()
        } else {
            let read = user.blocking().list().read_all(1000).await.expect("the list");
            read.items.iter().map(|carrier| key(carrier.dot_number)).collect()
        };
        let own = self.store.read(async |tx| roster::members(&tx, CUSTOMER, list).await).await.expect("the roster");
        let own: BTreeSet<String> = own.into_iter().collect();
        if own != vendors {
            self.faults.push(format!("{list}: the store has {own:?}, and the vendor {vendors:?}"));
        }
        compared.listed.insert(list, vendors.len());
    }

    async fn compare_carriers(&mut self, section: &str, compared: &mut Compared) {
        let now = self.now().as_microsecond();
        let user = client(&self.sandbox).expect("a client");
        let rows = user.monitoring().data().with_json().read_all(1000).await.expect("the data");
        let documents = async |tx: Tx| {
            let sql = "SELECT carrier, document FROM sections WHERE section = $1 AND observed_at = $2";
            let rows = tx.query(sql, &[section.into(), now.into()]).await?;
            rows.iter()
                .map(|row| Ok((row.text("carrier")?.to_owned(), row.text("document")?.to_owned())))
                .collect::<Result<BTreeMap<_, _>, Error>>()
        };
        let own = self.store.read(documents).await.expect("the documents");
        for row in &rows.items {
            let dot = row.record.dot_number.as_ref().and_then(|dot| dot.value.as_deref()).expect("a DOT number");
            let carrier = format!("DOT:{dot}");
            let vendors = plain(serde_json::from_slice(&row.json).expect("JSON"));
            match own.get(&carrier).map(|text| plain(serde_json::from_str(text).expect("JSON"))) {
                Some(own) if own == vendors => *compared.carriers.entry(section.to_owned()).or_default() += 1,
                Some(own) => {
                    self.faults.push(format!("{carrier}: {section}: {} in the store", differences(&own, &vendors)))
                }
                None if section == "details" => {}
                None => self.faults.push(format!("{carrier} was not read afresh")),
            }
        }
    }
}

/// Without what says nothing: the numbers of the objects, what is null, and lists of nothing.
fn plain(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(fields) => {
            let nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            let fields = fields.into_iter().filter(|(name, value)| name != "$id" && !nothing(value));
            fields.map(|(name, value)| (name, plain(value))).collect()
        }
        other => other,
    }
}

/// The members that differ, and how.
fn differences(own: &Value, vendors: &Value) -> String {
    let (Some(own), Some(vendors)) = (own.as_object(), vendors.as_object()) else { return "no object".to_owned() };
    let names: BTreeSet<&String> = own.keys().chain(vendors.keys()).collect();
    let other = names.into_iter().filter(|name| own.get(*name) != vendors.get(*name));
    let shown = other.map(|name| format!("{name} is {:?}, and should be {:?}", own.get(name), vendors.get(name)));
    shown.collect::<Vec<_>>().join("; ").chars().take(400).collect()
}
