//! Whether to trust a carrier with a load: its rating, its flags, and until when it is insured.

use mycarrierpackets::jiff::civil::{Date, date};
use mycarrierpackets::models::{FlagKind, Reason};
use mycarrierpackets::resources::Invitation;
use mycarrierpackets::types::{CoverageType, Rating};
use std::error::Error;

mod support;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_sandbox, client) = support::sandbox().await?;
    for (number, delivery) in [
        ("MC113843", date(2026, 12, 1)),
        ("MC113843", Date::MAX),
        ("DOT 9981361", date(2026, 12, 1)),
        ("DOT 9990003", date(2026, 12, 1)),
    ] {
        print!("{number}, delivery {delivery}: ");
        let Some(carrier) = client.carriers().preview_opt(number).await? else {
            println!("no such carrier");
            continue;
        };
        // Who has no account with Watchdog decides without it; otherwise what is not known would refuse every carrier.
        let flags = carrier.flags().without(FlagKind::WatchdogReports);
        if carrier.rating() >= Rating::Unacceptable || flags.any() {
            refuse(&flags.to_string(), &carrier.reasons());
        } else if !carrier.insured_until(CoverageType::Auto).covers(delivery) {
            println!("ask for a certificate: insured until {}", carrier.insured_until(CoverageType::Auto));
        } else {
            client.invitations().send(Invitation::new(number, "dispatch@carrier.example")).await?;
            println!("invited");
        }
    }
    Ok(())
}

fn refuse(flags: &str, reasons: &[Reason<'_>]) {
    println!("refused; flags: {flags}");
    for reason in reasons {
        println!("  {reason}");
    }
}
