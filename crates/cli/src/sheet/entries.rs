//! The entries of a packet: it usually has one, and each is judged and shown.

use super::parts::said;
use mycarrierpackets::models::{CarrierData, CarrierDetails};

/// What the vendor's monitoring service says of the carrier in one of its records.
pub struct Entry<'a> {
    /// Which one, such as `entry 2 of 3, MC990002`; nothing where there are no others.
    pub name: Option<String>,
    pub details: Option<&'a CarrierDetails>,
}

impl Entry<'_> {
    /// The name for the end of a finding.
    pub fn place(&self) -> String {
        self.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default()
    }
}

/// The entries; where the packet has none, one without details, so that nothing is known and not nothing judged.
pub fn entries(data: &CarrierData) -> Vec<Entry<'_>> {
    let all = data.assure_advantage.as_deref().unwrap_or_default();
    let entries = all.iter().enumerate().map(|(place, entry)| {
        let details = entry.carrier_details.as_ref();
        let number = details.and_then(|own| {
            let docket = said(&own.docket_number).map(ToOwned::to_owned);
            docket.or_else(|| Some(format!("DOT {}", said(&own.dot_number.as_ref()?.value)?)))
        });
        let number = number.map(|number| format!(", {number}")).unwrap_or_default();
        Entry { name: (all.len() > 1).then(|| format!("entry {} of {}{number}", place + 1, all.len())), details }
    });
    let mut entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        entries.push(Entry { name: None, details: None });
    }
    entries
}
