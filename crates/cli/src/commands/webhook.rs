//! `webhook`: receive what the vendor posts.

use super::sync::place::Whose;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::Form;
use crate::signals;
use crate::text::printable;
use axum::Router;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use clap::{Args, Subcommand};
use mycarrierpackets::webhook::{Verified, VerifiedEvent, Verifier};
use mycarrierpackets_sync::inbox::{Accepted, Inbox};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// How long what is being received may take once it is to stop; and a body to come.
const GRACE: Duration = Duration::from_secs(10);
/// Lines that wait to be written.
const LINES: usize = 1000;

/// Receive what the vendor posts, and keep it before it is answered
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Receive webhooks, until it is stopped
    #[command(after_help = LISTEN)]
    Listen(Listen),
}

const LISTEN: &str = "\
A webhook is answered with 2xx once it is in the store; `mycarrierpackets sync run`, at the same time or later, makes an
event of it and reads the carrier. What cannot be kept is answered with 503, and the vendor sends it again. GET /health
says whether the store can be read. Connections are not encrypted: put a proxy with a certificate in front of it, and
let that limit how many there are.

Secrets are read from environment variables, each of which is enough: name the old one, too, while it is changed.

Example:
  mycarrierpackets webhook listen --store sqlite:carriers.db --secret-env MCP_WEBHOOK_SECRET";

#[derive(Args, Debug)]
pub struct Listen {
    #[command(flatten)]
    whose: Whose,
    /// Write each webhook as a JSON line, and keep nothing; it is answered once the line is written
    #[arg(long, conflicts_with_all = ["store", "customer"])]
    print: bool,
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    /// The path that the vendor posts to
    #[arg(long, value_name = "PATH", default_value = "/webhooks")]
    path: String,
    /// The variables that hold the secrets
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_value = "MCP_WEBHOOK_SECRET")]
    secret_env: Vec<String>,
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Listen(listen) => listen.run(context).await,
    }
}

/// A line to be written, and who waits for it.
struct Line(String, Option<oneshot::Sender<()>>);

impl Listen {
    async fn run(&self, context: &mut Context) -> Result<()> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
        if !self.path.starts_with('/') || !self.path.chars().all(plain) {
            let what = format!("--path: {:?} is not a path", self.path);
            return Err(Failure::usage(what, "Write it as /webhooks, with letters, digits and - _ . ~ between the /."));
        }
        let verifier = self.verifier(context)?;
        let (lines, written) = mpsc::channel(LINES);
        let routes = match self.print {
            true => printing(&self.path, verifier, lines),
            false => self.keeping(verifier, lines, context.output.form == Form::Table).await?,
        };
        let listener = TcpListener::bind(self.bind).await.map_err(|error| {
            Failure::io(format!("{} cannot be listened at: {error}", self.bind), "Choose another address with --bind.")
        })?;
        let address = listener.local_addr()?;
        context.remark(&format!("listening at http://{address}{}", self.path));
        serve(listener, routes, written, context).await
    }

    fn verifier(&self, context: &Context) -> Result<Verifier> {
        let mut secrets = Vec::new();
        for name in &self.secret_env {
            let secret = context.variable(name)?.ok_or_else(|| {
                let hint = "Set it to the secret that the vendor's portal shows, or name another with --secret-env.";
                Failure::credentials(format!("{name} is not set"), hint)
            })?;
            secrets.push(secret);
        }
        Verifier::from_secrets(secrets).map_err(|error| {
            let names = self.secret_env.join(", ");
            Failure::credentials(format!("{names}: {error}"), "Set it to the secret that the vendor's portal shows.")
        })
    }

    async fn keeping(&self, verifier: Verifier, lines: mpsc::Sender<Line>, table: bool) -> Result<Router> {
        let store = self.whose.open().await?;
        let note = move |event: &VerifiedEvent, accepted: Accepted| {
            let line = if table { shown(event, accepted) } else { noted(event, accepted).to_string() };
            // It is in the store, whoever reads the lines.
            let _ = lines.try_send(Line(line, None));
        };
        Ok(Inbox::new(store, self.whose.customer(), verifier).on_accepted(note).router(&self.path))
    }
}

/// Receives until a signal comes, and writes the lines meanwhile.
async fn serve(
    listener: TcpListener,
    routes: Router,
    mut lines: mpsc::Receiver<Line>,
    context: &mut Context,
) -> Result<()> {
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, routes).with_graceful_shutdown(async { drop(stopped.await) });
    let mut server = std::pin::pin!(server.into_future());
    let mut signal = std::pin::pin!(signals::stopped());
    let mut stop = Some(stop);
    let mut deadline = std::pin::pin!(tokio::time::sleep(Duration::ZERO));
    loop {
        tokio::select! {
            Some(line) = lines.recv() => write(line, context)?,
            ended = &mut server => {
                ended?;
                break;
            }
            _ = &mut signal, if stop.is_some() => {
                drop(stop.take());
                deadline.as_mut().reset(tokio::time::Instant::now() + GRACE);
            }
            () = &mut deadline, if stop.is_none() => {
                context.remark("some connections were cut off: they took too long");
                break;
            }
        }
    }
    while let Ok(line) = lines.try_recv() {
        write(line, context)?;
    }
    Ok(())
}

fn write(Line(line, waits): Line, context: &mut Context) -> Result<()> {
    context.output.text(&line)?;
    if let Some(waits) = waits {
        let _ = waits.send(());
    }
    Ok(())
}

#[derive(Clone)]
struct Printing {
    verifier: Verifier,
    lines: mpsc::Sender<Line>,
}

fn printing(path: &str, verifier: Verifier, lines: mpsc::Sender<Line>) -> Router {
    let printing = Printing { verifier, lines };
    Router::new().route(path, post(print)).route("/health", get(|| async { "ok" })).with_state(printing)
}

async fn print(State(printing): State<Printing>, request: Request) -> Response {
    let Printing { verifier, lines } = printing;
    let event = match tokio::time::timeout(GRACE, Verified::from_request(request, &verifier)).await {
        Ok(Ok(Verified(event))) => event,
        Ok(Err(refused)) => return refused.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let (written, waits) = oneshot::channel();
    let line = Line(printed(&event).to_string(), Some(written));
    // The line is the only copy.
    match lines.send(line).await.is_ok() && waits.await.is_ok() {
        true => StatusCode::NO_CONTENT.into_response(),
        false => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// What a webhook says of itself.
fn about(event: &VerifiedEvent) -> (String, Option<String>, Option<String>) {
    let Ok(event) = event.event() else { return (String::new(), None, None) };
    let carrier = event.carrier_id().map(|carrier| carrier.to_string());
    let time = event.occurred_at.map(|at| at.as_str().to_owned());
    (event.event_type.as_str().to_owned(), time, carrier)
}

fn word(accepted: Accepted) -> &'static str {
    match accepted {
        Accepted::New => "new",
        Accepted::Known => "known",
        _ => "too old",
    }
}

fn shown(event: &VerifiedEvent, accepted: Accepted) -> String {
    let (kind, time, carrier) = about(event);
    let parts = [time.unwrap_or_default(), kind, carrier.unwrap_or_default(), word(accepted).to_owned()];
    let parts: Vec<String> = parts.iter().filter(|part| !part.is_empty()).map(|part| printable(part)).collect();
    parts.join("  ")
}

fn noted(event: &VerifiedEvent, accepted: Accepted) -> Value {
    let (kind, time, carrier) = about(event);
    json!({"key": event.key(), "eventType": kind, "time": time, "carrier": carrier, "state": word(accepted)})
}

fn printed(event: &VerifiedEvent) -> Value {
    let (kind, time, carrier) = about(event);
    let body = serde_json::from_slice(event.body())
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(event.body()).into_owned()));
    json!({"key": event.key(), "eventType": kind, "time": time, "carrier": carrier, "body": body})
}
