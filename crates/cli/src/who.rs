//! Who calls, and where: credentials with the hosts that they belong to.
//!
//! A profile is a whole world, addresses included. The environment's addresses belong to the environment's
//! credentials. A flag overrides either, and says so where it would send stored credentials to another host.

use crate::failure::{Failure, Result};
use crate::global::{Global, address};
use crate::profile::{Profile, Profiles};
use mycarrierpackets::Environment;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use url::Url;

/// Credentials, and the hosts that get them.
pub struct Who {
    pub username: String,
    pub password: String,
    pub source: Source,
    pub environment: Environment,
}

/// Where the credentials came from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Variables,
    /// The file named by `--env-file`.
    File(PathBuf),
    Profile(String),
}

/// What the process was started with.
pub struct Variables {
    /// Variables of the file named by `--env-file`; what is set in the environment counts before them.
    file: HashMap<String, String>,
}

impl Variables {
    pub fn new(global: &Global) -> Result<Self> {
        let file = global.env_file.as_deref().map(env_file).transpose()?.unwrap_or_default();
        Ok(Self { file })
    }

    pub fn text(&self, name: &str) -> Result<Option<String>> {
        Ok(exported(name)?.or_else(|| self.written(name)))
    }

    fn written(&self, name: &str) -> Option<String> {
        self.file.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn has_credentials(&self) -> Result<bool> {
        Ok(self.text("MCP_USERNAME")?.is_some() && self.text("MCP_PASSWORD")?.is_some())
    }

    /// The environment's addresses.
    fn addresses(&self) -> Result<Addresses> {
        Addresses::read(|name| self.text(name))
    }

    /// The file that the password comes from, and the addresses in it, if it is not exported.
    fn of_file(&self, global: &Global) -> Result<Option<(PathBuf, Addresses)>> {
        let Some(file) = global.env_file.clone().filter(|_| self.written("MCP_PASSWORD").is_some()) else {
            return Ok(None);
        };
        if exported("MCP_PASSWORD")?.is_some() {
            return Ok(None);
        }
        let own = Addresses::read(|name| Ok(self.written(name)))?;
        // The exported address may be meant for these credentials or for others: that is not guessed.
        let other = Addresses::read(exported)?.api.filter(|_| own.api.is_none() && global.base_url.is_none());
        if let Some(other) = other.filter(|other| !same_host(other, &Environment::Production.api_url())) {
            let (file, own) = (file.display(), host(&Environment::Production.api_url()));
            let what = format!("the password in {file} belongs to {own}, but MCP_BASE_URL names {}", host(&other));
            return Err(Failure::usage(what, "Write MCP_BASE_URL into that file, or unset it. Nothing was sent."));
        }
        Ok(Some((file, own)))
    }
}

// What is set in the environment itself.
fn exported(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("{name} is not Unicode text"), format!("Set {name} again.")))
        }
    }
}

/// Addresses as they are given somewhere.
#[derive(Clone, Debug, Default)]
struct Addresses {
    api: Option<Url>,
    portal: Option<Url>,
}

impl Addresses {
    fn read(text: impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let named = |name: &str| {
            let parsed = text(name)?.map(|text| address(&text)).transpose();
            parsed.map_err(|_| {
                let hint = "Write one such as https://api.mycarrierpackets.com.";
                Failure::usage(format!("{name} is not an address"), hint)
            })
        };
        Ok(Self { api: named("MCP_BASE_URL")?, portal: named("MCP_PORTAL_URL")? })
    }

    fn of_flags(global: &Global) -> Self {
        Self { api: global.base_url.clone(), portal: global.portal_url.clone() }
    }

    fn of_profile(profile: &Profile) -> Self {
        Self { api: profile.base_url.clone(), portal: profile.portal_url.clone() }
    }

    /// The hosts; production where none is given.
    fn environment(self) -> Result<Environment> {
        match (self.api, self.portal) {
            (None, None) => Ok(Environment::Production),
            (Some(api), portal) if same_host(&api, &Environment::Staging.api_url()) && portal.is_none() => {
                Ok(Environment::Staging)
            }
            (Some(api), portal) if same_host(&api, &Environment::Production.api_url()) => {
                Ok(Environment::Custom { api, portal: portal.or(Environment::Production.portal_url()) })
            }
            (Some(api), portal) => Ok(Environment::Custom { api, portal }),
            // The portal gets the password, too: it must be of the same world as the API.
            (None, Some(_)) => Err(Failure::usage(
                "a portal address is given without the API it belongs to",
                "Give --base-url or MCP_BASE_URL as well.",
            )),
        }
    }
}

impl Profile {
    /// The hosts that it belongs to; production where it has no addresses.
    pub fn environment(&self) -> Result<Environment> {
        Addresses::of_profile(self).environment()
    }
}

fn same_host(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

impl Who {
    /// Who calls, as flags, variables and profiles say.
    pub fn find(global: &Global, variables: &Variables) -> Result<Self> {
        let flags = Addresses::of_flags(global);
        if let Some(name) = &global.profile {
            return Self::of_profile(name, &Profiles::load(&Profiles::path()?)?, flags, global.yes);
        }
        match (variables.text("MCP_USERNAME")?, variables.text("MCP_PASSWORD")?) {
            (Some(username), Some(password)) => {
                if let Some((file, own)) = variables.of_file(global)? {
                    let whose = format!("the credentials in {}", file.display());
                    let environment = overridden(own.environment()?, flags, global.yes, &whose)?;
                    return Ok(Self { username, password, source: Source::File(file), environment });
                }
                let own = variables.addresses()?;
                // A flag for the API leaves the environment's portal behind: it is of another world.
                let portal = if flags.api.is_some() { flags.portal } else { flags.portal.or(own.portal) };
                let environment = Addresses { api: flags.api.or(own.api), portal }.environment()?;
                return Ok(Self { username, password, source: Source::Variables, environment });
            }
            (None, None) => {}
            (username, _) => {
                let missing = if username.is_none() { "MCP_USERNAME" } else { "MCP_PASSWORD" };
                let hint = "Set both MCP_USERNAME and MCP_PASSWORD.";
                return Err(Failure::credentials(format!("{missing} is not set"), hint));
            }
        }
        let profiles = Profiles::load(&Profiles::path()?)?;
        match &profiles.default {
            Some(name) => Self::of_profile(name, &profiles, flags, global.yes),
            None => Err(Failure::credentials(
                "there are no credentials",
                "Set MCP_USERNAME and MCP_PASSWORD, or run `mycarrierpackets profile add NAME`. \
                 To try it without an account, run `mycarrierpackets sandbox` in another terminal.",
            )),
        }
    }

    /// A profile at its own hosts.
    pub fn of_stored(name: &str, profiles: &Profiles) -> Result<Self> {
        Self::of_profile(name, profiles, Addresses::default(), false)
    }

    fn of_profile(name: &str, profiles: &Profiles, flags: Addresses, agreed: bool) -> Result<Self> {
        let profile = profiles.get(name)?;
        let own = profile.environment()?;
        let environment = overridden(own, flags, agreed, &format!("the credentials of the profile `{name}`"))?;
        let Profile { username, password, .. } = profile.clone();
        Ok(Self { username, password, source: Source::Profile(name.to_owned()), environment })
    }
}

/// The hosts of stored credentials with those of flags in their place, where that is agreed.
fn overridden(own: Environment, flags: Addresses, agreed: bool, whose: &str) -> Result<Environment> {
    let Addresses { api, portal } = flags;
    if api.is_none() && portal.is_none() {
        return Ok(own);
    }
    let api = api.unwrap_or_else(|| own.api_url());
    let strange = !same_host(&api, &own.api_url());
    let strange_portal = portal.as_ref().filter(|portal| own.portal_url().is_none_or(|own| !same_host(&own, portal)));
    let other = if strange { Some(&api) } else { strange_portal };
    if let Some(other) = other.filter(|_| !agreed) {
        let what = format!("{whose} belong to {}, and would be sent to {}", host(&own.api_url()), host(other));
        return Err(Failure::usage(
            what,
            "Add --yes if that is intended, or a profile for that host. Nothing was sent.",
        ));
    }
    let kept = own.portal_url().filter(|_| !strange);
    Ok(Environment::Custom { api, portal: portal.or(kept) })
}

/// Scheme, host and port, without anything that could be private.
fn host(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The address of the API that is asked for, whoever calls.
pub fn api(global: &Global, variables: &Variables) -> Result<Option<Url>> {
    match &global.base_url {
        Some(api) => Ok(Some(api.clone())),
        None => Ok(variables.addresses()?.api),
    }
}

/// The portal that links lead to; they need no credentials.
pub fn portal(global: &Global, variables: &Variables) -> Result<Url> {
    let environment = match (&global.portal_url, &global.profile) {
        (Some(portal), _) => return Ok(portal.clone()),
        (None, None) if global.base_url.is_some() => Addresses::of_flags(global).environment()?,
        (None, named) => {
            let own = variables.addresses()?;
            // As for calls: what is exported belongs to exported credentials, or to nobody's.
            let exported = own.api.is_some() || own.portal.is_some();
            let in_use =
                || Profiles::path().and_then(|path| Profiles::load(&path)).is_ok_and(|all| all.default.is_some());
            let variables_count = named.is_none() && exported && (variables.has_credentials()? || !in_use());
            match own.portal.clone().filter(|_| variables_count) {
                Some(portal) => return Ok(portal),
                None if variables_count => own.environment()?,
                None => {
                    let profiles = Profiles::load(&Profiles::path()?)?;
                    let name = named.as_ref().or(profiles.default.as_ref());
                    let profile = name.map(|name| profiles.get(name)).transpose()?;
                    profile.map(Addresses::of_profile).unwrap_or_default().environment()?
                }
            }
        }
    };
    environment.portal_url().ok_or_else(|| {
        let what = format!("no portal is known that belongs to {}", environment.api_url());
        Failure::usage(what, "Give its address with --portal-url.")
    })
}

fn env_file(path: &Path) -> Result<HashMap<String, String>> {
    let unread = |why: String| {
        Failure::usage(format!("{} could not be read: {why}", path.display()), "Check the file named by --env-file.")
    };
    let bytes = std::fs::read(path).map_err(|error| unread(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unread("it is not UTF-8 text".to_owned()))?;
    // Editors put a byte order mark before the first name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = dotenvy::from_read_iter(text.as_bytes());
    // The error's own text can hold the line, and with it a password: only its place is shown.
    lines.collect::<dotenvy::Result<HashMap<_, _>>>().map_err(|error| {
        let line = match error {
            dotenvy::Error::LineParse(line, _) => line.lines().next().and_then(|first| line_of(text, first)),
            _ => None,
        };
        unread(line.map_or_else(|| "a line".to_owned(), |line| format!("line {line}")) + " is not NAME=value")
    })
}

fn line_of(text: &str, line: &str) -> Option<usize> {
    text.lines().position(|own| own.trim() == line.trim()).map(|place| place + 1)
}

#[cfg(test)]
mod tests;
