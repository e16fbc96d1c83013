//! `sync fields`: which fields of a carrier are the vendor's.

use super::place::{Whose, failure};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ids::One;
use crate::output::view::{Column, Kind, View};
use clap::Args;
use jiff::Timestamp;
use mycarrierpackets_sync::ownership::{self, Owned};
use mycarrierpackets_sync::{Settings, history};
use serde::Serialize;
use serde_json::Value;

#[derive(Args, Debug)]
pub struct Fields {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    one: One,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    section: &'a str,
    path: &'a str,
    value: &'a Option<Value>,
    previous: &'a Option<Value>,
    since: Timestamp,
    owned: Owned,
}

impl Fields {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let id = self.one.carrier()?;
        let store = self.whose.open().await?;
        let settings = Settings::default();
        let read = async |tx| {
            let carrier = history::find(&tx, self.whose.customer(), &id).await?;
            ownership::fields(&tx, self.whose.customer(), &carrier, &settings).await
        };
        let known = store.read(read).await.map_err(failure)?;
        if known.fields.is_empty() {
            let hint = "See `mycarrierpackets sync history ID` and `mycarrierpackets sync status`.";
            return Err(Failure::unknown(format!("no field of {} is known", known.carrier), hint));
        }
        let shown: Vec<_> = known
            .fields
            .iter()
            .map(|field| Shown {
                section: &field.section,
                path: &field.path,
                value: &field.value,
                previous: &field.previous,
                since: field.since,
                owned: known.owned,
            })
            .collect();
        let (carrier, why) = (&known.carrier, known.why.as_deref().unwrap_or_default());
        context.remark(&match known.owned {
            Owned::Yes => format!("{carrier} is monitored: its fields are the vendor's, lock them"),
            Owned::No => format!("{carrier} is not monitored: the vendor owns no field of it"),
            _ => format!("whether {carrier} is monitored is unknown: {why}"),
        });
        context.output.list_in(&known, &shown, &FIELDS)
    }
}

static FIELDS: View = View {
    columns: &[
        Column::text("Field", "path"),
        Column::text("Value", "value"),
        Column::text("Before", "previous"),
        Column::new("Since", "since", Kind::Time),
        Column::text("Owned", "owned"),
        Column::text("Part", "section"),
    ],
};
