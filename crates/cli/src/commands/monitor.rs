//! `monitor`: the carriers whose changes you hear of.

use super::carrier::RISK;
use super::expiring::Expiring;
use super::reconcile::Reconcile;
use crate::acts::{self, Change};
use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use crate::times;
use clap::{Args, Subcommand};
use mycarrierpackets::models::{MonitoringCancellation, MonitoringRequest};
use mycarrierpackets::{Client, Window};

/// The carriers whose changes you hear of.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The monitored carriers
    #[command(after_help = "Example:\n  mycarrierpackets monitor list --output jsonl | head -1")]
    List,
    /// The monitored carriers' whole records
    #[command(after_help = "Example:\n  mycarrierpackets monitor data --output jsonl --concurrency 4")]
    Data,
    /// The contacts of the monitored carriers
    #[command(after_help = "Example:\n  mycarrierpackets monitor contacts --output json")]
    Contacts,
    /// The monitored carriers' risk
    #[command(after_help = "Example:\n  mycarrierpackets monitor risk --output csv")]
    Risk,
    /// What changed in a window of time; call it every 5 to 15 minutes at most
    #[command(after_help = "Example:\n  mycarrierpackets monitor changes --from -2h")]
    Changes {
        #[command(flatten)]
        span: Span,
    },
    /// Coverages of the monitored carriers that have expired, will expire soon, or are not known
    #[command(after_help = "Example:\n  mycarrierpackets monitor expiring --within 30d", long_about = EXPIRING)]
    Expiring(Expiring),
    /// Monitor carriers
    #[command(after_help = "Example:\n  mycarrierpackets monitor add MC113843 23868")]
    Add(Change),
    /// Stop monitoring carriers
    #[command(after_help = "Example:\n  mycarrierpackets monitor remove MC113843 --dry-run")]
    Remove(Change),
    /// Make the monitored list equal to a file of carriers; without --apply it only prints the plan
    #[command(after_help = "Example:\n  mycarrierpackets monitor reconcile carriers.csv", long_about = RECONCILE)]
    Reconcile(Reconcile),
}

const EXPIRING: &str = "\
Coverages of the monitored carriers that have expired, will expire soon, or are not known.

Each kind of coverage of a carrier is judged by the policy that lasts longest. A policy ends on the day that it \
expires or is cancelled, at 12:01 a.m.: one that ends today has expired. Dates are local.

Expired coverages come first, then those that end soon, by date, then policies with no readable expiry date, \
then carriers without a policy for auto liability or cargo.";

const RECONCILE: &str = "\
Make the monitored list equal to a file of carriers; without --apply it only prints the plan.

The file is CSV with a header (columns such as DOT, USDOT, MC Number, Docket, Intrastate), one carrier a line, JSON, \
JSON lines, or any output of this program; separated by , ; | or tabs; in UTF-8, UTF-16 or Windows-1252. How it was \
read is reported, and what is ambiguous is refused by its line.

All additions come before the first removal. A carrier that cannot be distinguished from one that stays is looked up, \
and left alone where that does not help.";

/// A window of time.
#[derive(Args, Clone, Debug)]
pub struct Span {
    /// Start of the window
    #[arg(
        long, value_name = "TIME", allow_hyphen_values = true,
        long_help = format!("Start of the window: {}", times::FORMS)
    )]
    from: String,
    /// End of the window [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: Option<String>,
}

impl Span {
    pub fn window(&self, context: &Context) -> Result<Window> {
        context.window(&self.from, self.to.as_deref())
    }
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::List => {
            let pager = context.client()?.monitoring().list();
            context.list(pager, &LISTED, "carriers").await
        }
        Command::Data => {
            let pager = context.client()?.monitoring().data();
            context.list(pager, &DETAILS, "carriers").await
        }
        Command::Contacts => {
            let pager = context.client()?.monitoring().contacts();
            context.list(pager, &CONTACTS, "carriers").await
        }
        Command::Risk => {
            let pager = context.client()?.monitoring().risk();
            context.list(pager, &RISK, "carriers").await
        }
        Command::Changes { span } => {
            let window = span.window(context)?;
            let pager = context.client()?.monitoring().changes(window);
            context.list(pager, &CHANGE, "changes").await
        }
        Command::Expiring(expiring) => expiring.run(context).await,
        Command::Add(change) => {
            let client = context.acting_client(&change.acting)?;
            let call = |client: Client, id| async move { client.monitoring().add(id).await };
            acts::each(context, &client, change.carriers.carriers()?, call, |id, answer: &MonitoringRequest| {
                let number = answer.monitoring_id.map(|id| format!(", number {id}")).unwrap_or_default();
                format!("{id}: monitored{number}")
            })
            .await
        }
        Command::Remove(change) => {
            let client = context.acting_client(&change.acting)?;
            let call = |client: Client, id| async move { client.monitoring().remove(id).await };
            acts::each(context, &client, change.carriers.carriers()?, call, |id, _: &MonitoringCancellation| {
                format!("{id}: no longer monitored")
            })
            .await
        }
        Command::Reconcile(reconcile) => reconcile.run(context).await,
    }
}

/// A carrier of the monitored or the blocked list.
pub static LISTED: View = View {
    columns: &[
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Intrastate", "IntrastateNumber"),
        Column::new("Added", "CreatedDate", Kind::Time),
        Column::text("By", "CreatedBy"),
        Column::csv_only("LastModifiedDate", Kind::Time),
        Column::csv_only("LastModifiedBy", Kind::Text),
    ],
};

static DETAILS: View = View {
    columns: &[
        Column::text("DOT", "dotNumber/Value"),
        Column::text("Docket", "docketNumber"),
        Column::text("Name", "Identity/legalName"),
        Column::csv_only("Identity/dbaName", Kind::Text),
        Column::text("City", "Identity/businessCity"),
        Column::text("State", "Identity/businessState"),
        Column::csv_only("Identity/businessPhone", Kind::Text),
        Column::csv_only("Identity/emailAddress", Kind::Text),
        Column::text("Status", "dotNumber/status"),
        Column::csv_only("Authority/commonAuthority", Kind::Text),
        Column::csv_only("Authority/contractAuthority", Kind::Text),
        Column::csv_only("Authority/brokerAuthority", Kind::Text),
        Column::csv_only("Safety/rating", Kind::Text),
        Column::new("Risk", "RiskAssessmentDetails/OverallRating", Kind::Rating),
        Column::new("Points", "RiskAssessmentDetails/TotalPoints", Kind::Number),
        Column::new("Blocked", "isBlocked", Kind::YesNo),
    ],
};

static CONTACTS: View = View {
    columns: &[
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Name", "LegalName"),
        Column::new("Email", "CarriersContacts", Kind::List("Email")),
        Column::new("Phone", "CarriersContacts", Kind::List("Phone")),
    ],
};

static CHANGE: View = View {
    columns: &[
        Column::new("Changed", "ChangeDateTime", Kind::Time),
        Column::text("DOT", "CarrierDetails/dotNumber/Value"),
        Column::text("Docket", "CarrierDetails/docketNumber"),
        Column::text("Name", "CarrierDetails/Identity/legalName"),
        Column::new("What", "ChangeCategories", Kind::List("")),
        Column::new("Risk", "CarrierDetails/RiskAssessmentDetails/OverallRating", Kind::Rating),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::view_paths::strangers;
    use mycarrierpackets::models;

    #[test]
    fn every_column_is_a_field() {
        let none: [String; 0] = [];
        assert_eq!(strangers::<models::MonitoredCarrier>(&LISTED), none);
        assert_eq!(strangers::<models::BlockedCarrier>(&LISTED), none);
        assert_eq!(strangers::<models::CarrierDetails>(&DETAILS), none);
        assert_eq!(strangers::<models::MonitoredCarrierContacts>(&CONTACTS), none);
        assert_eq!(strangers::<models::CarrierChange>(&CHANGE), none);
    }
}
