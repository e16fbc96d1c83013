//! `api`: any operation of the document, with the same token, retries and limits.

use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::files;
use crate::global::{Acting, Keeping};
use crate::output::view::{Column, Kind, View};
use clap::Args;
use mycarrierpackets::{Answer, Idempotency, Operation, RawAnswer};
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Call any operation; the answer comes as the server gave it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  mycarrierpackets api PreviewCarrier --param DOTNumber=23868 --accept text/xml")]
pub struct Command {
    /// Its name, as the vendor writes it or as the document does: PreviewCarrier, preview_carrier
    #[arg(required_unless_present = "list")]
    operation: Option<String>,
    /// List the operations
    #[arg(long)]
    list: bool,
    /// A parameter of the query or the path
    #[arg(long, value_name = "K=V", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A JSON body: the text itself, @FILE, or @- for standard input
    #[arg(long, value_name = "JSON|@FILE")]
    body: Option<String>,
    /// The form of the answer
    #[arg(long, value_name = "TYPE", default_value = "application/json")]
    accept: String,
    /// Write the answer to a file
    #[arg(short, value_name = "FILE")]
    o: Option<PathBuf>,
    #[command(flatten)]
    keeping: Keeping,
    #[command(flatten)]
    acting: Acting,
}

pub async fn run(command: &Command, context: &mut Context) -> Result<()> {
    let Some(name) = command.operation.as_deref().filter(|_| !command.list) else {
        return list(context);
    };
    let operation = Operation::by_name(name).ok_or_else(|| {
        Failure::usage(format!("there is no operation `{name}`"), "`mycarrierpackets api --list` lists them.")
    })?;
    let info = operation.info();
    if !info.needs_token {
        let what = format!("{operation} answers with a token, which is never printed");
        return Err(Failure::usage(what, "`mycarrierpackets token check` tells whether the credentials work."));
    }
    let client = context.acting_client(&command.acting)?;
    let accept = if info.answer == Answer::Document { "*/*" } else { &command.accept };
    let mut request = client.request(operation).accept(accept);
    for (name, value) in &command.param {
        request = request.param(name, value);
    }
    if let Some(body) = &command.body {
        request = request.json(&read(body)?);
    }
    if info.answer == Answer::Document {
        let to = command.o.as_deref().unwrap_or(Path::new("-"));
        return files::put(context, request.download().await?, Some(to), command.keeping.existing()).await;
    }
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => {
            return match error.planned() {
                Some(planned) => acts::planned(context, std::slice::from_ref(planned)),
                None => Err(error.into()),
            };
        }
    };
    match &command.o {
        Some(path) if path != Path::new("-") => files::write(context, path, &answer.body, command.keeping.existing()),
        _ => show(context, &answer),
    }
}

fn show(context: &mut Context, answer: &RawAnswer) -> Result<()> {
    if answer.body.ends_with(b"\n") {
        return context.output.bytes(&answer.body);
    }
    let mut whole = answer.body.to_vec();
    whole.push(b'\n');
    context.output.bytes(&whole)
}

fn list(context: &mut Context) -> Result<()> {
    let mut rows = context.output.rows(&OPERATION);
    for info in Operation::all() {
        let effect = match info.idempotency {
            Idempotency::Read => "read",
            Idempotency::Idempotent => "idempotent",
            _ => "once",
        };
        rows.push(&json!({
            "name": info.vendor_name, "id": info.id, "tag": info.tag, "method": info.method.as_str(),
            "path": info.path, "effect": effect, "paged": info.pagination.is_some(),
        }))?;
    }
    rows.end()
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=value"))?;
    Ok((name.to_owned(), value.to_owned()))
}

fn read(body: &str) -> Result<Value> {
    let unreadable = |from: &str, error: std::io::Error| {
        Failure::usage(format!("{from} could not be read: {error}"), "Check the file named by --body.")
    };
    let text = match body.strip_prefix('@') {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| unreadable("standard input", error))?;
            text
        }
        Some(path) => std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?,
        None => body.to_owned(),
    };
    serde_json::from_str(&text).map_err(|error| {
        let what = format!("the body is not JSON (line {}, column {})", error.line(), error.column());
        Failure::usage(what, "Check it with a JSON tool.")
    })
}

static OPERATION: View = View {
    columns: &[
        Column::text("Operation", "name"),
        Column::text("Effect", "effect"),
        Column::new("Paged", "paged", Kind::YesNo),
        Column::text("Tag", "tag"),
        Column::csv_only("id", Kind::Text),
        Column::text("Method", "method"),
        Column::text("Path", "path"),
    ],
};
