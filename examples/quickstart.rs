//! The main job from end to end: preview a carrier with its risk, invite it, read the monitored list and what changed,
//! fetch its certificate of insurance and its packet.
//!
//! It runs against the sandbox, in this process, without an account. With `MCP_USERNAME` and `MCP_PASSWORD` set it
//! runs against the real API; there it emails an invitation only if `QUICKSTART_INVITE` names the address, and looks at
//! the carrier in `QUICKSTART_CARRIER`.

use mycarrierpackets::models::{CarrierPreview, DocumentKind};
use mycarrierpackets::resources::{Download, Invitation};
use mycarrierpackets::types::{CarrierId, DateText, MoneyText};
use mycarrierpackets::{Client, Environment, Result, Window};
use mycarrierpackets_sandbox::Sandbox;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const FOLDER: &str = "target/quickstart";

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run() -> std::result::Result<(), Box<dyn Error>> {
    let setting = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let real = setting("MCP_USERNAME").is_some() && setting("MCP_PASSWORD").is_some();
    // Stops when it is dropped.
    let sandbox = if real { None } else { Some(Sandbox::start().await?) };
    let client = match &sandbox {
        Some(sandbox) => in_sandbox(sandbox)?,
        None => Client::from_env()?,
    };
    match &sandbox {
        Some(sandbox) => println!("Sandbox at {}: every company and person in it is invented.", sandbox.base_url()),
        None => println!("The real API, as {}.", setting("MCP_USERNAME").unwrap_or_default()),
    }
    let token = client.check_token().await?;
    println!("Signed in; the token works for {} more minutes.", token.expires_in.as_secs() / 60);

    let carrier: CarrierId = setting("QUICKSTART_CARRIER").as_deref().unwrap_or("DOT 23868 MC113843").parse()?;
    let preview = client.carriers().preview(&carrier).await?;
    card(&preview);

    let invite = setting("QUICKSTART_INVITE").or_else(|| sandbox.as_ref().map(|_| "dispatch@carrier.example".into()));
    match invite {
        Some(email) => {
            let sent = client.invitations().send(Invitation::new(&carrier, email)).await?;
            println!("Invitation  {}", sent.message().unwrap_or("sent"));
        }
        None => println!("Invitation  not sent: set QUICKSTART_INVITE to the address that is to get it"),
    }

    monitored(&client).await?;
    changes(&client).await?;

    std::fs::create_dir_all(FOLDER)?;
    println!();
    save("Certificate", client.documents().current(&carrier, DocumentKind::Coi).await).await;
    if let Some(dot) = carrier.dot_number() {
        save("Packet", client.packets().download(dot).await).await;
    }
    Ok(())
}

fn in_sandbox(sandbox: &Sandbox) -> std::result::Result<Client, Box<dyn Error>> {
    let environment = Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
    let builder = Client::builder().environment(environment);
    Ok(builder.credentials(sandbox.username(), sandbox.password()).build()?)
}

fn card(carrier: &CarrierPreview) {
    fn text(value: &Option<impl AsRef<str>>) -> &str {
        value.as_ref().map(AsRef::as_ref).filter(|text| !text.is_empty()).unwrap_or("-")
    }
    let yes = |value: Option<bool>| value.map_or("unknown", |yes| if yes { "yes" } else { "no" });
    let dot = carrier.dot_number.map_or_else(|| "-".to_owned(), |dot| dot.to_string());
    println!("\n{}", text(&carrier.company_name));
    println!("  DOT {dot}  {}  {}, {}", text(&carrier.docket_number), text(&carrier.city), text(&carrier.state));
    println!("  Status      {}", text(&carrier.status));
    println!("  Monitored   {}    Blocked {}", yes(carrier.is_monitored), yes(carrier.is_blocked));
    println!("  Fraud       {}    Double brokering {}", text(&carrier.possible_fraud), text(&carrier.double_brokering));
    println!("  Flags       {}", carrier.flags());
    let points = carrier.risk_assessment_details.as_ref().and_then(|risk| risk.total_points).unwrap_or_default();
    println!("  Risk        {} ({points} points)", text(&Some(carrier.rating())));
    for reason in carrier.reasons() {
        println!("    {reason}");
    }
    let certificates = carrier.cert_data.iter().flat_map(|data| data.certificates.iter().flatten());
    for coverage in certificates.flat_map(|certificate| certificate.coverages.iter().flatten()) {
        let limit = coverage.coverage_limit.as_ref().and_then(MoneyText::amount);
        let limit = limit.map_or_else(|| "-".to_owned(), |money| money.to_string());
        let until = coverage.expiration_date.as_ref().and_then(DateText::date);
        let until = until.map_or_else(|| "no date".to_owned(), |date| format!("until {date}"));
        println!("  Insured     {:<18} ${limit:>13}  {until}", text(&coverage.type_));
    }
}

async fn monitored(client: &Client) -> Result<()> {
    let mut list = client.monitoring().list();
    let mut first = Vec::new();
    while let Some(carrier) = list.read_next().await? {
        if let (Some(dot), true) = (carrier.dot_number, first.len() < 3) {
            first.push(dot.to_string());
        }
    }
    let report = list.report();
    println!("Monitored   {} carriers, in {} page(s): DOT {}, …", report.items, report.pages, first.join(", "));
    Ok(())
}

async fn changes(client: &Client) -> Result<()> {
    let mut changes = client.monitoring().changes(Window::last(DAY)?);
    let mut shown = 0;
    while let Some(change) = changes.read_next().await? {
        shown += 1;
        if shown <= 3 {
            let categories: Vec<_> = change.change_categories.iter().flatten().map(String::as_str).collect();
            let details = change.carrier_details.as_ref();
            let name = details.and_then(|d| d.identity.as_ref()?.legal_name.as_deref()).unwrap_or("-");
            let at = change.change_date_time.as_ref().map_or("-", |time| time.as_str());
            println!("Change      {at}  {name}: {}", categories.join(", "));
        }
    }
    println!("Changed     {} carriers in the last 24 hours", changes.report().items);
    Ok(())
}

// A carrier may lack a document; the rest is still worth having.
async fn save(what: &str, download: Result<Download>) {
    let saved = match download {
        Ok(download) => download.save_in(Path::new(FOLDER)).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(saved) => println!("{what:<11} {} ({} bytes)", saved.path.display(), saved.bytes),
        Err(error) => println!("{what:<11} not saved: {error}"),
    }
}
