//! Commands that act on the world: what was done, in a line each, and what was not.

use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::global::Acting;
use crate::ids::Many;
use crate::output::view::{Column, Kind, View};
use crate::output::{Form, Output, Rows};
use crate::text::printable;
use clap::Args;
use futures::{StreamExt as _, stream};
use mycarrierpackets::resources::Sent;
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, Error, ErrorKind, PlannedRequest};
use serde::Serialize;
use serde_json::Value;
use std::future::Future;

/// Carriers to act on.
#[derive(Args, Debug)]
pub struct Change {
    #[command(flatten)]
    pub carriers: Many,
    #[command(flatten)]
    pub acting: Acting,
}

/// What was done for one carrier.
#[derive(Serialize)]
pub struct Done {
    pub carrier: String,
    pub done: String,
    /// The vendor's answer.
    pub answer: Value,
}

/// A request that a dry run holds back.
#[derive(Serialize)]
struct Request {
    method: String,
    url: String,
    body: Value,
}

static DONE: View = View {
    columns: &[
        Column::text("Carrier", "carrier"),
        Column::text("Done", "done"),
        Column::csv_only("answer", Kind::Text),
    ],
};

static REQUEST: View =
    View { columns: &[Column::text("Method", "method"), Column::text("Address", "url"), Column::text("Body", "body")] };

/// Makes one call that acts, and says what it did.
pub async fn one<T: Serialize>(
    context: &mut Context,
    carrier: String,
    call: impl Future<Output = mycarrierpackets::Result<T>>,
    say: impl FnOnce(&T) -> String,
) -> Result<()> {
    match call.await {
        Ok(answer) => done(context, carrier, say(&answer), &answer),
        Err(error) => match error.planned() {
            Some(request) => planned(context, std::slice::from_ref(request)),
            None => Err(error.into()),
        },
    }
}

/// Says in a line what was done for a carrier.
pub fn done(context: &mut Context, carrier: impl ToString, line: String, answer: &impl Serialize) -> Result<()> {
    let done = Done { carrier: carrier.to_string(), done: line, answer: serde_json::to_value(answer)? };
    context.output.record_or(&done, &DONE, &done.done)
}

/// Makes a call for each carrier, goes on past those that fail, and says what became of each.
pub async fn each<T, F>(
    context: &mut Context,
    client: &Client,
    carriers: Vec<CarrierId>,
    call: impl Fn(Client, CarrierId) -> F,
    say: impl Fn(&CarrierId, &T) -> String,
) -> Result<()>
where
    T: Serialize,
    F: Future<Output = mycarrierpackets::Result<T>>,
{
    many(context, client, carriers, call, say).await?.finish("Run it again for these only.")
}

/// As [`each`], with the count of what was done.
pub async fn many<T, F>(
    context: &mut Context,
    client: &Client,
    carriers: Vec<CarrierId>,
    call: impl Fn(Client, CarrierId) -> F,
    say: impl Fn(&CarrierId, &T) -> String,
) -> Result<Tally>
where
    T: Serialize,
    F: Future<Output = mycarrierpackets::Result<T>>,
{
    let total = carriers.len();
    let calls = stream::iter(carriers).map(|carrier| {
        let called = call(client.clone(), carrier.clone());
        async move { (carrier, called.await) }
    });
    let mut answers = std::pin::pin!(calls.buffered(context.global.pages_ahead()));
    let mut tally = Tally::default();
    let mut requests = Vec::new();
    let mut report = match context.output.form {
        Form::Table => Report::Lines(&mut context.output),
        Form::Json if total == 1 => Report::One(&mut context.output),
        _ => Report::Rows(context.output.rows(&DONE)),
    };
    while let Some((carrier, answer)) = answers.next().await {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                match error.planned() {
                    Some(request) => requests.push(request.clone()),
                    // Nobody else would fare better.
                    None if total == 1 || tally.nothing_done() && is_about_the_caller(&error) => {
                        return Err(error.into());
                    }
                    None => {
                        let reason = format!("{}. {}", error.message(), error.advice());
                        tally.failed(&carrier, reason, Failure::from(error).exit_code());
                    }
                }
                continue;
            }
        };
        let line = say(&carrier, &answer);
        let record = Done { carrier: carrier.to_string(), done: line.clone(), answer: serde_json::to_value(&answer)? };
        tally.done();
        report.add(&record, &line)?;
    }
    if requests.is_empty() {
        report.end()?;
    } else {
        planned(context, &requests)?;
    }
    Ok(tally)
}

/// Reports each carrier at once: whoever stops the command must know how far it came.
enum Report<'a> {
    Lines(&'a mut Output),
    One(&'a mut Output),
    Rows(Rows<'a>),
}

impl Report<'_> {
    fn add(&mut self, done: &Done, line: &str) -> Result<()> {
        match self {
            Self::Lines(output) => output.text(line),
            Self::One(output) => output.record(done, &DONE),
            Self::Rows(rows) => {
                rows.push(done)?;
                rows.flush()
            }
        }
    }

    fn end(self) -> Result<()> {
        if let Self::Rows(rows) = self { rows.end() } else { Ok(()) }
    }
}

/// Whether a call would fail the same for every carrier.
pub fn is_about_the_caller(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Credentials | ErrorKind::Unauthorized | ErrorKind::Config)
}

/// Shows what a dry run held back.
pub fn planned(context: &mut Context, requests: &[PlannedRequest]) -> Result<()> {
    let requests: Vec<_> = requests.iter().map(Request::of).collect();
    if context.output.form == Form::Table {
        let texts: Vec<_> = requests.iter().map(Request::to_string).collect();
        context.output.text(&texts.join("\n"))?;
        context.remark("dry run: nothing was sent");
        return Ok(());
    }
    if let [request] = requests.as_slice() {
        return context.output.record(request, &REQUEST);
    }
    let mut rows = context.output.rows(&REQUEST);
    requests.iter().try_for_each(|request| rows.push(request))?;
    rows.end()
}

impl Request {
    fn of(request: &PlannedRequest) -> Self {
        let body = serde_json::from_slice(&request.body)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&request.body).as_ref()));
        let body = if request.body.is_empty() { Value::Null } else { body };
        Self { method: request.method.to_string(), url: crate::text::shown_url(&request.url), body }
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.url)?;
        if !self.body.is_null() {
            write!(f, "\n{}", self.body)?;
        }
        Ok(())
    }
}

/// What was sent where to, or, where the vendor's words leave that in doubt, no more than they say.
pub fn sent(what: &str, to: &str, message: Option<&str>) -> String {
    let confirmed = Sent::from(message.map_or(Value::Null, Value::from)).is_confirmed();
    let done = if confirmed { "sent to" } else { "accepted, but not confirmed as sent, to" };
    format!("{what} {done} {to}{}", quoted(message))
}

/// A message in quotes, as the end of a line.
pub fn quoted(message: Option<&str>) -> String {
    let message = message.map(printable).unwrap_or_default();
    if message.trim().is_empty() { String::new() } else { format!(" (\"{}\")", message.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_caller_did_wrong_fails_the_same_for_every_carrier() {
        for (kind, expected) in [
            (ErrorKind::Credentials, true),
            (ErrorKind::Unauthorized, true),
            (ErrorKind::Config, true),
            (ErrorKind::Forbidden, false),
            (ErrorKind::InvalidInput, false),
            (ErrorKind::NotFound, false),
            (ErrorKind::RateLimited, false),
            (ErrorKind::Server, false),
            (ErrorKind::Network, false),
            (ErrorKind::Timeout, false),
            (ErrorKind::Declined, false),
        ] {
            assert_eq!(is_about_the_caller(&Error::builder(kind).build()), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_message_in_doubt_is_not_reported_as_sent() {
        for (message, expected) in [
            (None, "invitation sent to ada@carrier.example"),
            (Some(""), "invitation sent to ada@carrier.example"),
            (Some("Email sent."), "invitation sent to ada@carrier.example (\"Email sent.\")"),
            (
                Some(" Pending approval by a\nmanager. "),
                "invitation accepted, but not confirmed as sent, to ada@carrier.example \
                 (\"Pending approval by a manager.\")",
            ),
        ] {
            assert_eq!(sent("invitation", "ada@carrier.example", message), expected, "{message:?}");
        }
        assert_eq!(
            (quoted(None), quoted(Some(" \n")), quoted(Some(" a "))),
            (String::new(), String::new(), " (\"a\")".to_owned())
        );
    }

    #[test]
    fn a_planned_request_is_shown_whole_and_without_secrets() {
        let shown = |url: &str, body: &Value| {
            let request = Request {
                method: "POST".to_owned(),
                url: crate::text::shown_url(&url.parse().unwrap()),
                body: body.clone(),
            };
            request.to_string()
        };
        assert_eq!(shown("https://api.example/a?DOTNumber=1", &Value::Null), "POST https://api.example/a?DOTNumber=1");
        assert_eq!(
            shown("https://api.example/a", &serde_json::json!({"a": 1})),
            "POST https://api.example/a\n{\"a\":1}"
        );
        assert!(!shown("https://api.example/a?apiKey=hunter2", &Value::Null).contains("hunter2"));
    }
}
