//! What a command works with: the client, the output, and what the user asked for.

use crate::failure::{Failure, NotDone, Result};
use crate::global::{Acting, Global};
use crate::output::card::Frame;
use crate::output::view::View;
use crate::output::{Form, Output, reader_closed};
use crate::progress::{Progress, Shown};
use crate::text::printable;
use crate::times;
use crate::tokens::TokenCache;
use crate::who::{self, Source, Variables, Who};
use futures::StreamExt as _;
use jiff::ZonedDateTime;
use mycarrierpackets::{Client, ClientBuilder, Listing, Pager, Report, Window};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

pub struct Context {
    pub global: Global,
    pub output: Output,
    /// What long work draws while remarks are written.
    pub shown: Shown,
    variables: Variables,
}

impl Context {
    pub fn new(global: Global) -> Result<Self> {
        let output = Output::new(global.form(), global.colored(), global.width());
        let variables = Variables::new(&global)?;
        Ok(Self { global, output, shown: Shown::default(), variables })
    }

    /// A client of the credentials and addresses in force.
    pub fn client(&self) -> Result<Client> {
        Ok(self.builder(true)?.build()?)
    }

    /// As [`client`](Self::client), with tokens that are not kept between runs: the password is sent.
    pub fn fresh_client(&self) -> Result<Client> {
        Ok(self.builder(false)?.build()?)
    }

    /// As [`client`](Self::client); one that changes nothing where a dry run is asked for.
    pub fn acting_client(&self, acting: &Acting) -> Result<Client> {
        let builder = self.builder(true)?;
        Ok(if acting.dry_run { builder.dry_run() } else { builder }.build()?)
    }

    /// The value of an environment variable, or of one in the file named by `--env-file`.
    pub fn variable(&self, name: &str) -> Result<Option<String>> {
        self.variables.text(name)
    }

    fn builder(&self, keep_tokens: bool) -> Result<ClientBuilder> {
        let global = &self.global;
        let who = Who::find(global, &self.variables)?;
        let cache = TokenCache::of(&who).filter(|_| keep_tokens && !global.no_token_cache);
        let mut builder = Client::builder().credentials(who.username, who.password).environment(who.environment);
        if let Some(cache) = cache {
            builder = builder.token_store(Arc::new(cache));
        }
        Ok(self.shape()?(builder))
    }

    /// What the caller asks of every client: time limits, proxy, certificates, a record of what it sends.
    pub fn shape(&self) -> Result<impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + use<>> {
        let Global { ca_cert, proxy, no_proxy, timeout, record, .. } = &self.global;
        let certificates = ca_cert.as_deref().map(authorities).transpose()?;
        let (proxy, no_proxy, timeout) = (proxy.clone(), *no_proxy, *timeout);
        let record = record.clone();
        Ok(move |mut builder: ClientBuilder| {
            if let Some(certificates) = &certificates {
                builder = builder.ca_certificate(certificates.clone());
            }
            builder = match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None if no_proxy => builder.no_proxy(),
                None => builder,
            };
            if let Some(folder) = &record {
                builder = builder.record(folder);
            }
            match timeout {
                Some(span) => builder.timeouts(|timeouts| {
                    timeouts.total = span;
                    timeouts.attempt = span;
                    timeouts.bulk_attempt = span;
                    timeouts.token = span;
                    timeouts.connect = timeouts.connect.min(span);
                    timeouts.stall = timeouts.stall.min(span);
                }),
                None => builder,
            }
        })
    }

    /// The address of the API that is asked for, if it is not the vendor's.
    pub fn api(&self) -> Result<Option<mycarrierpackets::url::Url>> {
        who::api(&self.global, &self.variables)
    }

    /// The portal's links; they need no credentials.
    pub fn links(&self) -> Result<mycarrierpackets::resources::Links> {
        who::portal(&self.global, &self.variables).map(mycarrierpackets::resources::Links::new)
    }

    /// The advice of a refusal, in the words of the command line and of where the credentials came from.
    pub fn advise(&self, failure: Failure) -> Failure {
        use mycarrierpackets::ErrorKind;
        let Failure::Api(error, None) = failure else {
            return failure;
        };
        let profile = || match Who::find(&self.global, &self.variables) {
            Ok(Who { source: Source::Profile(name), .. }) => Some(name),
            _ => None,
        };
        let hint = match error.kind() {
            ErrorKind::Credentials => profile().map(|name| {
                format!(
                    "Check the user name and password of the profile `{name}`; `mycarrierpackets profile add {name}` \
                     replaces them."
                )
            }),
            _ => crate::failure::advice(&error),
        };
        Failure::Api(error, hint)
    }

    /// The span between two times as they were written; without an end, until now.
    pub fn window(&self, from: &str, to: Option<&str>) -> Result<Window> {
        let now = ZonedDateTime::now();
        let read = |name: &str, text: &str| {
            times::parse(text, &now)
                .map_err(|error| Failure::usage(format!("--{name}: {error}"), "See --help for how to write a time."))
        };
        let to = to.map_or(Ok(now.timestamp()), |to| read("to", to))?;
        Ok(Window::new(read("from", from)?, to)?)
    }

    /// A remark for a person, on standard error.
    pub fn remark(&self, text: &str) {
        if !self.global.quiet {
            // Nobody may be there to read it.
            let _ = self.shown.aside(|| writeln!(std::io::stderr().lock(), "{}", printable(text)));
        }
    }

    pub fn frame(&self) -> Frame<'_> {
        let output = &self.output;
        Frame { width: output.width, color: output.color, zone: &output.zone, today: ZonedDateTime::now().date() }
    }

    /// Writes an answer whose substance is a list, and says so where the list is empty.
    pub fn list_in<T: Serialize>(
        &mut self,
        answer: &impl Serialize,
        list: Option<&Vec<T>>,
        view: &'static View,
        noun: &str,
    ) -> Result<()> {
        let list = list.map(Vec::as_slice).unwrap_or_default();
        self.output.list_in(answer, list, view)?;
        self.none_of(noun, list.len() as u64);
        Ok(())
    }

    /// Writes a list that came at once.
    pub fn listing<T: Serialize>(&mut self, listing: Listing<T>, view: &'static View, noun: &str) -> Result<()> {
        let Listing { items, rejected, unreadable, .. } = listing;
        self.output.list_in(&items, &items, view)?;
        self.none_of(noun, (items.len() + rejected.len()) as u64);
        self.left_out(&unreadable, unreadable.len() as u64);
        let not_done = rejected.iter().enumerate().map(|(place, error)| NotDone {
            item: error.json_path().map_or_else(|| format!("row {place}"), str::to_owned),
            reason: error.message(),
        });
        could_not_be_read(not_done.collect(), (items.len() + rejected.len()) as u64, noun)
    }

    /// Says which fields could not be read.
    fn left_out(&self, paths: &[String], count: u64) {
        const SHOWN: usize = 5;
        if count > 0 {
            let more = if count as usize > SHOWN { ", …" } else { "" };
            let shown = paths.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let counted = if count == 1 { "1 field".to_owned() } else { format!("{count} fields") };
            self.remark(&format!("warning: {counted} could not be read: {shown}{more}"));
        }
    }

    /// Says that a table has no rows, and why.
    pub fn none_of(&self, noun: &str, count: u64) {
        if count == 0 && self.output.form == Form::Table {
            self.remark(&format!("no {noun}"));
        }
    }

    /// Writes a paged list while it comes: a page is read when the one before it has been written.
    pub async fn list<T>(&mut self, pager: Pager<T>, view: &'static View, noun: &'static str) -> Result<()>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let mut rows = self.output.rows(view);
        let read = Read::all(&self.global, pager, noun, |items| {
            items.iter().try_for_each(|item| rows.push(item))?;
            rows.flush()
        });
        let read = read.await?;
        rows.end()?;
        self.none_of(noun, read.report.items);
        self.judge(read, noun)
    }

    /// Fails where a paged list could not be read as a whole.
    pub fn judge(&self, read: Read, noun: &str) -> Result<()> {
        let Read { not_done, unreadable, report } = read;
        self.left_out(&unreadable, report.unreadable);
        could_not_be_read(not_done, report.items + report.rejected, noun)?;
        if report.changed {
            let what = format!("the list changed while it was read: {noun} may be missing or come twice");
            return Err(Failure::partly(what, "Run it again if that matters.", Vec::new()));
        }
        Ok(())
    }
}

/// How far the reading of a paged list came, and what of it could not be read.
pub struct Read {
    not_done: Vec<NotDone>,
    /// The first of each page.
    unreadable: Vec<String>,
    pub report: Report,
}

impl Read {
    /// Reads a paged list: `take` gets the items of a page before the next one is read.
    pub async fn all<T>(
        global: &Global,
        pager: Pager<T>,
        noun: &'static str,
        mut take: impl FnMut(Vec<T>) -> Result<()>,
    ) -> Result<Self>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let mut pages = pager.concurrency(global.pages_ahead()).pages();
        let mut progress = Progress::new(noun, global.quiet);
        let (mut not_done, mut unreadable) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page?;
            let count = (page.items.len() + page.rejected.len()) as u64;
            take(page.items)?;
            let number = page.number;
            unreadable.extend(page.unreadable.into_iter().take(5));
            not_done.extend(page.rejected.iter().map(|(place, error)| NotDone {
                item: format!("page {number}, item {place}"),
                reason: error.message(),
            }));
            progress.advance(count, page.total_count);
            if reader_closed() {
                return Err(Failure::Closed);
            }
        }
        Ok(Self { not_done, unreadable, report: pages.report() })
    }
}

/// The certificates of a file, which is named if it has none.
fn authorities(path: &Path) -> Result<Vec<u8>> {
    let unfit = |what: String| Failure::usage(what, "Check the file named by --ca-cert.");
    let pem = std::fs::read(path).map_err(|error| unfit(format!("{} could not be read: {error}", path.display())))?;
    // A client of which nothing else is set can have nothing else wrong with it.
    let tried = Client::builder().credentials("nobody", "nothing").ca_certificate(pem.clone()).build();
    tried.map_err(|error| unfit(format!("{}: {}", path.display(), error.message())))?;
    Ok(pem)
}

fn could_not_be_read(not_done: Vec<NotDone>, all: u64, noun: &str) -> Result<()> {
    if not_done.is_empty() {
        return Ok(());
    }
    let what = format!("{} of {all} {noun} could not be read", not_done.len());
    Err(Failure::partly(what, "The API may have changed; the other records are complete.", not_done))
}
