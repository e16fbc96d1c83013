//! By which names the sandbox may be called, and from which pages: a browser on this machine may have others open.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

/// How a machine calls itself.
const LOCAL: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The names by which a sandbox may be called.
#[derive(Clone)]
pub(crate) struct Hosts {
    /// Whether all other names are refused.
    strict: bool,
    /// Given by whoever started it; pages of these hosts may command it, too.
    allowed: Vec<String>,
    /// Those that follow from where it listens and what its addresses are.
    own: Vec<String>,
    /// Origins of its own pages.
    origins: Vec<String>,
}

impl Hosts {
    /// The names of a sandbox that listens on `bind`; `public` are the addresses that were given in place of its own.
    pub(crate) fn new(bind: IpAddr, allowed: Vec<String>, public: Vec<String>) -> Self {
        let of_public = public.iter().filter_map(|address| name(address.split_once("://")?.1).map(str::to_owned));
        let of_bind = (!bind.is_unspecified()).then(|| in_address(bind));
        let own = LOCAL.map(str::to_owned).into_iter().chain(of_public).chain(of_bind).collect();
        Self { strict: bind.is_loopback() || !allowed.is_empty(), allowed, own, origins: public }
    }

    /// The same for a sandbox whose pages are at this address, too.
    pub(crate) fn listening(mut self, scheme: &str, socket: SocketAddr) -> Self {
        self.origins.push(format!("{scheme}://{socket}"));
        if socket.ip().is_loopback() {
            self.origins.push(format!("{scheme}://localhost:{}", socket.port()));
        }
        self
    }

    /// Whether it may be called by the name in a `Host` header.
    pub(crate) fn admits(&self, host: &str) -> bool {
        let known = |name: &str| self.own.iter().chain(&self.allowed).any(|own| own.eq_ignore_ascii_case(name));
        !self.strict || name(host).is_none_or(known)
    }

    /// Whether pages of this origin may command it when they call it by this `Host` header.
    pub(crate) fn admits_origin(&self, origin: &str, host: &str) -> bool {
        let Some((_, authority)) = origin.split_once("://") else { return false };
        let allowed = |name: &str| self.allowed.iter().any(|own| own.eq_ignore_ascii_case(name));
        authority.eq_ignore_ascii_case(host)
            || self.origins.iter().any(|own| own.eq_ignore_ascii_case(origin))
            || name(authority).is_some_and(allowed)
    }

    /// The names that a certificate must be for, as certificates have them.
    pub(crate) fn certified(&self) -> Vec<String> {
        let bare = |name: &String| name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let mut names: Vec<String> = self.own.iter().chain(&self.allowed).map(bare).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// A name by which a sandbox may be called, as it stands in addresses.
///
/// # Errors
/// A text that is not the name or the address of a host.
pub(crate) fn host(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(in_address(address));
    }
    match Host::parse(text) {
        Ok(host) if !text.contains('*') => Ok(host.to_string()),
        _ => Err(format!("{text:?} is not the name of a host, such as sandbox.example or host.docker.internal")),
    }
}

/// An address at which a sandbox can be called from outside, without a slash at the end.
///
/// # Errors
/// A text that is not an http or https address, or has more than a host and a port.
pub(crate) fn address(text: &str) -> Result<String, String> {
    let wrong = |what: &str| format!("{text:?} {what}; it must be an address such as https://sandbox.example");
    let url = Url::parse(text.trim()).map_err(|_| wrong("is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("is not an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user or a password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a path, and the sandbox's paths begin at the host"));
    }
    Ok(url.origin().ascii_serialization())
}

fn in_address(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// The host of `host:port`; `None` of an empty one, which only old clients send.
fn name(authority: &str) -> Option<&str> {
    let name = match authority.rfind(']') {
        Some(end) => authority.get(..=end)?,
        None => authority.rsplit_once(':').map_or(authority, |(name, _)| name),
    };
    Some(name.trim_end_matches('.')).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(bind: &str, allowed: &[&str], public: &[&str]) -> Hosts {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Hosts::new(bind.parse().unwrap(), all(allowed), all(public))
    }

    #[test]
    fn only_its_own_names_and_those_allowed_call_it() {
        let local = hosts("127.0.0.1", &["sandbox.example"], &["https://public.example"]);
        for name in [
            "127.0.0.1:80",
            "LOCALHOST",
            "localhost.:8080",
            "[::1]",
            "[::1]:80",
            "Sandbox.example:1",
            "public.example",
            "",
        ] {
            assert!(local.admits(name), "{name}");
        }
        for name in ["site.example", "sandbox.example.site.example:80", "[::2]", "127.0.0.1.site.example", "[", "x]"] {
            assert!(!local.admits(name), "{name}");
        }
        assert!(hosts("0.0.0.0", &[], &[]).admits("site.example"), "whoever can reach it");
        let named = hosts("192.0.2.1", &["sandbox.example"], &[]);
        assert!(named.admits("192.0.2.1:8080") && named.admits("localhost") && !named.admits("site.example"));
    }

    #[test]
    fn pages_of_its_own_and_of_allowed_hosts_command_it() {
        let own = hosts("127.0.0.1", &["sandbox.example"], &["https://public.example"]);
        for (origin, may) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.0.0.1:3000", false),
            ("http://localhost:8080", false),
            ("https://public.example", true),
            ("http://public.example", false),
            ("https://sandbox.example:3000", true),
            ("https://site.example", false),
            ("null", false),
        ] {
            assert_eq!(own.admits_origin(origin, "127.0.0.1:8080"), may, "{origin}");
        }
        let own = own.listening("http", "127.0.0.1:8080".parse().unwrap());
        for (origin, may) in
            [("http://127.0.0.1:8080", true), ("http://localhost:8080", true), ("http://localhost:3000", false)]
        {
            assert_eq!(own.admits_origin(origin, ""), may, "{origin}");
        }
    }

    #[test]
    fn names_and_addresses_are_read_or_refused() {
        for (text, read) in
            [("Sandbox.Example", "sandbox.example"), ("::1", "[::1]"), ("[::1]", "[::1]"), ("10.0.0.7", "10.0.0.7")]
        {
            assert_eq!(host(text).unwrap(), read);
        }
        for text in ["", "a b", "https://sandbox.example", "sandbox.example:80", "*.example", "a/b"] {
            assert!(host(text).is_err(), "{text}");
        }
        for (text, read) in [
            ("https://Sandbox.example/", "https://sandbox.example"),
            ("http://sandbox.example:80", "http://sandbox.example"),
            ("http://[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(address(text).unwrap(), read);
        }
        for text in [
            "",
            "sandbox.example",
            "ftp://a.example",
            "http://u:p@a.example",
            "http://a.example/b",
            "http://a.example/?b",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
