//! Where the events go.

use super::cut::Cut;
use super::place::failure;
use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use clap::{Args, ValueEnum};
use mycarrierpackets_sync::sink::{Http, JsonLines, NotTaken, Signer, Sink};
use mycarrierpackets_sync::store::{Tx, deliveries};
use mycarrierpackets_sync::{Delivered, Engine, Error, Event};
use std::path::PathBuf;

#[derive(Args, Debug)]
pub struct Outlet {
    /// Where the events go: lines of JSON, or a signed request for each
    #[arg(long, value_enum, value_name = "KIND", default_value = "jsonl")]
    sink: Kind,
    /// With jsonl: append the events to this file; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    events: PathBuf,
    /// With http: the address that the events are posted to
    #[arg(long, value_name = "URL", required_if_eq("sink", "http"))]
    url: Option<String>,
    /// With http: the environment variable that has the secret; several, with spaces between, while it is changed
    #[arg(long, value_name = "NAME", required_if_eq("sink", "http"))]
    secret_env: Option<String>,
    /// With http: allow an address that begins with http: and is not this machine's
    #[arg(long)]
    unencrypted: bool,
}

/// Each is also the name of a sink in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Jsonl,
    Http,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Http => "http",
        }
    }
}

/// A sink that is open.
pub struct Open {
    name: &'static str,
    to: To,
    /// Why it took nothing the last time.
    down: Option<String>,
}

enum To {
    Lines(JsonLines),
    Http(Box<Http>),
}

impl Sink for To {
    async fn take(&mut self, event: &Event) -> std::result::Result<(), NotTaken> {
        match self {
            Self::Lines(lines) => lines.take(event).await,
            Self::Http(http) => http.take(event).await,
        }
    }

    async fn flush(&mut self) -> std::result::Result<(), NotTaken> {
        match self {
            Self::Lines(lines) => lines.flush().await,
            Self::Http(http) => http.flush().await,
        }
    }

    fn discard(&mut self) {
        match self {
            Self::Lines(lines) => lines.discard(),
            Self::Http(http) => http.discard(),
        }
    }
}

impl Outlet {
    /// Whether the events go to standard output.
    pub fn is_output(&self) -> bool {
        self.sink == Kind::Jsonl && self.events.as_os_str() == "-"
    }

    /// Opens the sink, and has the store deliver every event to it.
    pub async fn open(&self, engine: &Engine) -> Result<Open> {
        let to = match self.sink {
            Kind::Jsonl if self.is_output() => To::Lines(JsonLines::output()),
            Kind::Jsonl => To::Lines(JsonLines::append(&self.events).map_err(failure)?),
            Kind::Http => To::Http(Box::new(self.http()?)),
        };
        let name = self.sink.name();
        let add = async |tx: Tx| deliveries::add_sink(&tx, name, name, "{}", true).await;
        engine.store().repeatable(add).await.map_err(Error::from).map_err(failure)?;
        Ok(Open { name, to, down: None })
    }

    fn http(&self) -> Result<Http> {
        let url = self.url.as_deref().unwrap_or_default();
        let has_password = url.split('/').nth(2).is_some_and(|host| host.contains('@'));
        if has_password {
            let hint = "The events are signed: the receiver can check that they are yours without a password.";
            return Err(Failure::usage("--url has a password in it, which others could read", hint));
        }
        let name = self.secret_env.as_deref().unwrap_or_default();
        let secrets = std::env::var(name).unwrap_or_default();
        let wrong = |error: Error| {
            let hint = "The secret is whsec_ followed by 24 to 64 random bytes in base64; --url begins with https:.";
            Failure::usage(error.to_string(), hint)
        };
        let signer = Signer::new(secrets.split_whitespace());
        let signer = signer.map_err(|error| wrong(Error::Sink(format!("the variable {name}: {error}"))))?;
        if self.unencrypted { Http::unencrypted(url, signer) } else { Http::new(url, signer) }.map_err(wrong)
    }
}

impl Open {
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Hands on what is due, and notes what was not taken.
    pub async fn deliver(
        &mut self,
        engine: &Engine,
        customer: &str,
        context: &Context,
        tally: &mut Tally,
    ) -> Result<Delivered, Cut> {
        let delivered = engine.deliver(customer, self.name, &mut self.to).await?;
        if delivered.closed {
            return Err(Failure::Closed.into());
        }
        let item = format!("events to {}", self.name);
        if delivered.refused > 0 {
            let what = format!("{} were refused, {} of them parked", delivered.refused, delivered.parked);
            context.remark(&format!("{item}: {what}"));
            tally.failed(&item, what, 1);
        }
        if let Some(owner) = &delivered.held {
            tally.failed(&item, format!("another worker hands them on: {owner}"), 1);
        }
        if let Some(why) = &delivered.down {
            // Once, and not at every look.
            if self.down != delivered.down {
                context.remark(&format!("{item}: they wait: {why}"));
            }
            tally.failed(&item, why, 1);
        }
        self.down.clone_from(&delivered.down);
        Ok(delivered)
    }
}
