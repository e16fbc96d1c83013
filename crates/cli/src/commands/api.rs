//! `api`: any operation of the document, with the same token, retries and limits.

mod paging;

use super::document::whole_stem;
use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::files;
use crate::global::{Acting, Keeping};
use crate::output::view::{Column, Kind, View};
use clap::Args;
use mycarrierpackets::types::BlobName;
use mycarrierpackets::{Answer, Client, Idempotency, Operation, RawAnswer, RequestBuilder};
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Call any operation; the response is printed as the server sent it
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  mycarrierpackets api PreviewCarrier --param DOTNumber=23868 --accept text/xml",
    long_about = "Call any operation; the response is printed as the server sent it.\n\n\
        By name, or by method and path for one that is not listed: \
        api POST /api/v1/carrier/getcustomerpacketwithsw --param DOTNumber=23868 --read"
)]
pub struct Command {
    /// Its name, as the vendor writes it or as the document does: PreviewCarrier, preview_carrier; or a method: POST
    #[arg(required_unless_present = "list", value_name = "OPERATION|METHOD")]
    operation: Option<String>,
    /// After a method, the path behind the API's address: /api/v1/carrier/name?key=value
    path: Option<String>,
    /// List the operations
    #[arg(long)]
    list: bool,
    /// The call by path only reads: it may be repeated, and a dry run makes it
    #[arg(long, requires = "path")]
    read: bool,
    /// A parameter of the query or the path
    #[arg(long, value_name = "K=V", value_parser = pair)]
    param: Vec<(String, String)>,
    /// A JSON body: the text itself, @FILE, or @- for standard input
    #[arg(long, value_name = "JSON|@FILE")]
    body: Option<String>,
    /// The media type of the response
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
    let body = command.body.as_deref().map(read).transpose()?;
    let client = context.acting_client(&command.acting)?;
    let mut request = request(&client, name, command)?;
    let info = request.operation().info();
    if !info.needs_token {
        let what = format!("{} answers with a token, which is never printed", request.operation());
        return Err(Failure::usage(what, "`mycarrierpackets token check` says whether the credentials work."));
    }
    // What changes something has done so when its answer cannot be written: that is looked at before.
    if let Some(path) = command.o.as_deref().filter(|path| !files::is_stdout(path))
        && info.idempotency != Idempotency::Read
        && !command.read
        && !files::check(context, path, command.keeping.existing())?
    {
        return Ok(());
    }
    request = request.accept(if info.answer == Answer::Document { "*/*" } else { &command.accept });
    for (name, value) in &command.param {
        request = request.param(name, value);
    }
    if let Some(body) = &body {
        request = request.json(body);
    }
    if info.answer == Answer::Document {
        let to = command.o.as_deref().unwrap_or(Path::new("-"));
        let mut download = request.download().await?;
        if let Some(stem) = stem(info.operation, &command.param) {
            download = download.named(stem);
        }
        return files::put(context, download, Some(to), command.keeping.existing()).await;
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
    if let Some(page) = paging::of(&answer) {
        context.remark(&page.remark(info.operation));
    }
    match &command.o {
        Some(path) if !files::is_stdout(path) => files::write(context, path, &answer.body, command.keeping.existing()),
        _ => show(context, &answer),
    }
}

/// The name of a document in a folder: one that no other document has.
fn stem(operation: Operation, params: &[(String, String)]) -> Option<String> {
    let param = |name: &str| params.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    match operation {
        Operation::GetDocument => BlobName::new(param("name")?).ok().map(|blob| whole_stem(&blob)),
        _ => BlobName::new(format!("carrier-packet-{}", param("DOTNumber")?)).ok().map(|name| whole_stem(&name)),
    }
}

fn request(client: &Client, name: &str, command: &Command) -> Result<RequestBuilder> {
    if let Some(path) = &command.path {
        let method = name.to_ascii_uppercase().parse::<http::Method>().ok();
        let method = method.filter(|method| METHODS.contains(&method.as_str())).ok_or_else(|| {
            Failure::usage(format!("`{name}` is not a method"), "Write `mycarrierpackets api POST /api/v1/…`.")
        })?;
        let idempotency = if command.read { Idempotency::Read } else { Idempotency::Once };
        return Ok(client.request_path(method, path).idempotency(idempotency));
    }
    if name.starts_with('/') {
        let hint = format!("Write the method before it: `mycarrierpackets api POST {name}`.");
        return Err(Failure::usage("the path has no method", hint));
    }
    let operation = Operation::by_name(name).ok_or_else(|| {
        Failure::usage(format!("there is no operation `{name}`"), "`mycarrierpackets api --list` lists them.")
    })?;
    Ok(client.request(operation))
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
