//! What a command works with: the client, the output, and what the user asked for.

use crate::failure::{Failure, NotDone, Result};
use crate::global::{Acting, Global};
use crate::output::card::Frame;
use crate::output::view::View;
use crate::output::{Form, Output, printable, reader_has_gone};
use crate::profile::{Profile, Profiles};
use crate::progress::Progress;
use crate::times;
use futures::StreamExt as _;
use jiff::ZonedDateTime;
use mycarrierpackets::{Client, ClientBuilder, Environment, Pager, Window};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use url::Url;

pub struct Context {
    pub global: Global,
    pub output: Output,
    variables: HashMap<String, String>,
}

/// Where the credentials came from, for the advice when they are refused.
enum Source {
    Variables,
    Profile(String),
}

impl Context {
    pub fn new(global: Global) -> Result<Self> {
        let output = Output::new(global.form(), global.colored(), global.width());
        let variables = match &global.env_file {
            Some(path) => env_file(path)?,
            None => HashMap::new(),
        };
        Ok(Self { global, output, variables })
    }

    /// A client of the credentials and addresses in force.
    pub fn client(&self) -> Result<Client> {
        Ok(self.builder()?.build()?)
    }

    /// As [`client`](Self::client); one that acts on nothing where a dry run is asked for.
    pub fn acting_client(&self, acting: &Acting) -> Result<Client> {
        let builder = self.builder()?;
        Ok(if acting.dry_run { builder.dry_run() } else { builder }.build()?)
    }

    fn builder(&self) -> Result<ClientBuilder> {
        let (profile, _) = self.who()?;
        let builder = Client::builder().credentials(profile.username.clone(), profile.password.clone());
        let builder = self.addresses(builder, &profile)?;
        Ok(match self.global.timeout {
            Some(span) => builder.limits(|limits| {
                limits.total = span;
                limits.attempt = span;
                limits.bulk_attempt = span;
                limits.token = span;
                limits.connect = limits.connect.min(span);
                limits.stall = limits.stall.min(span);
            }),
            None => builder,
        })
    }

    fn who(&self) -> Result<(Profile, Source)> {
        let path = Profiles::path();
        if let Some(name) = &self.global.profile {
            return Ok((Profiles::load(&path?)?.get(name)?.clone(), Source::Profile(name.clone())));
        }
        match (self.variable("MCP_USERNAME")?, self.variable("MCP_PASSWORD")?) {
            (Some(username), Some(password)) => {
                let profile = Profile { username, password, base_url: None, portal_url: None };
                return Ok((profile, Source::Variables));
            }
            (None, None) => {}
            (username, _) => {
                let missing = if username.is_none() { "MCP_USERNAME" } else { "MCP_PASSWORD" };
                return Err(Failure::credentials(
                    format!("{missing} is not set"),
                    "Set both MCP_USERNAME and MCP_PASSWORD.",
                ));
            }
        }
        let profiles = Profiles::load(&path?)?;
        match &profiles.default {
            Some(name) => Ok((profiles.get(name)?.clone(), Source::Profile(name.clone()))),
            None => Err(Failure::credentials(
                "there are no credentials",
                "Set MCP_USERNAME and MCP_PASSWORD, or run `mycarrierpackets profile add NAME`. \
                 To try it without an account, run `mycarrierpackets sandbox` in another terminal.",
            )),
        }
    }

    // A flag, then what belongs to a profile that was asked for, then the variables, then the profile in use.
    fn addresses(&self, builder: ClientBuilder, profile: &Profile) -> Result<ClientBuilder> {
        let asked = self.global.profile.is_some().then_some(profile);
        let api = match (&self.global.base_url, asked.and_then(|profile| profile.base_url.clone())) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(url)) => Some(url),
            (None, None) => self.address("MCP_BASE_URL")?.or(profile.base_url.clone()),
        };
        let portal = self.portal(asked)?.or(profile.portal_url.clone());
        match (api, portal) {
            (None, None) => Ok(builder),
            (Some(api), portal) => Ok(builder.environment(Environment::Custom { api, portal })),
            // The portal gets the password, too: it must be of the same world as the API.
            (None, Some(_)) => Err(Failure::usage(
                "a portal is given without the API that it belongs to",
                "Give --base-url or MCP_BASE_URL as well.",
            )),
        }
    }

    fn portal(&self, asked: Option<&Profile>) -> Result<Option<Url>> {
        if let Some(url) = self.global.portal_url.clone().or_else(|| asked?.portal_url.clone()) {
            return Ok(Some(url));
        }
        self.address("MCP_PORTAL_URL")
    }

    /// The portal's links; they need no credentials.
    pub fn links(&self) -> Result<mycarrierpackets::resources::Links> {
        use mycarrierpackets::resources::Links;
        Ok(self.portal(None)?.map_or_else(Links::production, Links::new))
    }

    fn variable(&self, name: &str) -> Result<Option<String>> {
        match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(Some(value)),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Failure::usage(format!("{name} is not Unicode text"), format!("Set {name} again.")))
            }
            _ => Ok(self.variables.get(name).filter(|value| !value.is_empty()).cloned()),
        }
    }

    fn address(&self, name: &str) -> Result<Option<Url>> {
        let Some(text) = self.variable(name)? else {
            return Ok(None);
        };
        Url::parse(&text).map(Some).map_err(|error| {
            Failure::usage(
                format!("{name} is not an address: {error}"),
                "Write one such as https://api.mycarrierpackets.com.",
            )
        })
    }

    /// The advice of a refusal, in the words of where the credentials came from.
    pub fn advise(&self, failure: Failure) -> Failure {
        let Failure::Api(error, None) = failure else {
            return failure;
        };
        let hint = match self.who() {
            Ok((_, Source::Profile(name))) if error.kind() == mycarrierpackets::ErrorKind::Credentials => {
                Some(format!(
                    "Check the user name and password of the profile `{name}`; `mycarrierpackets profile add {name}` replaces them."
                ))
            }
            _ => None,
        };
        Failure::Api(error, hint)
    }

    /// The span between two times as they were written; without an end, until now.
    pub fn window(&self, from: &str, to: Option<&str>) -> Result<Window> {
        let now = ZonedDateTime::now();
        let read = |name: &str, text: &str| {
            times::parse(text, &now)
                .map_err(|error| Failure::usage(format!("--{name}: {error}"), "See --help for the forms of a time."))
        };
        let to = to.map_or(Ok(now.timestamp()), |to| read("to", to))?;
        Ok(Window::new(read("from", from)?, to)?)
    }

    /// A remark for a person, on standard error.
    pub fn remark(&self, text: &str) {
        if !self.global.quiet {
            eprintln!("{}", printable(text));
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

    fn none_of(&self, noun: &str, count: u64) {
        if count == 0 && self.output.form == Form::Table {
            self.remark(&format!("no {noun}"));
        }
    }

    /// Writes a paged list while it comes: a page is read when the one before it has been written.
    pub async fn list<T>(&mut self, pager: Pager<T>, view: &'static View, noun: &'static str) -> Result<()>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let mut pages = pager.concurrency(self.global.pages_ahead()).pages();
        let mut progress = Progress::new(noun, self.global.quiet);
        let mut rows = self.output.rows(view);
        let mut not_done = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page?;
            for item in &page.items {
                rows.push(item)?;
            }
            let number = page.number;
            not_done.extend(page.rejected.iter().map(|(place, error)| NotDone {
                item: format!("page {number}, item {place}"),
                reason: error.message(),
            }));
            rows.flush()?;
            progress.advance((page.items.len() + page.rejected.len()) as u64, page.total_count);
            if reader_has_gone() {
                return Err(Failure::Closed);
            }
        }
        rows.end()?;
        drop(progress);
        let report = pages.report();
        self.none_of(noun, report.items);
        if !not_done.is_empty() {
            let what = format!("{} of {} {noun} could not be read", not_done.len(), report.items + report.rejected);
            return Err(Failure::partly(what, "The API may have changed; the others are whole.", not_done));
        }
        if report.changed {
            let what = format!("the list changed while it was read: {noun} may be missing or come twice");
            return Err(Failure::partly(what, "Run it again if that matters.", Vec::new()));
        }
        Ok(())
    }
}

fn env_file(path: &std::path::Path) -> Result<HashMap<String, String>> {
    let pairs = dotenvy::from_path_iter(path).and_then(|lines| lines.collect::<dotenvy::Result<HashMap<_, _>>>());
    // The error's own text can hold the line, and with it a password.
    pairs.map_err(|error| {
        let why = match error {
            dotenvy::Error::Io(error) => error.to_string(),
            _ => "a line is not NAME=value".to_owned(),
        };
        Failure::usage(format!("{} could not be read: {why}", path.display()), "Check the file named by --env-file.")
    })
}
