//! The HTTP clients: one for the world, and one for this machine that never uses a proxy.

use crate::settings::{Proxy, Timeouts, Transport};
use crate::{Error, Result};
use url::Url;

/// The HTTP client for each address.
#[derive(Clone)]
pub(crate) struct Http {
    /// For hosts elsewhere.
    out: reqwest::Client,
    /// For this machine. A proxy would see the password and could not reach it.
    here: reqwest::Client,
}

impl Http {
    /// The clients that these addresses need.
    pub(crate) fn new<'a>(
        timeouts: &Timeouts,
        transport: &Transport,
        addresses: impl Iterator<Item = &'a Url>,
    ) -> Result<Self> {
        usable(&transport.proxy)?;
        let (here, out): (Vec<_>, Vec<_>) = addresses.partition(|address| is_this_machine(address));
        let of = |proxy: &Proxy| client(timeouts, proxy, &transport.certificates);
        Ok(match (here.is_empty(), out.is_empty()) {
            (true, _) => Self::given(of(&transport.proxy)?),
            (false, true) => Self::given(of(&Proxy::None)?),
            (false, false) => Self { out: of(&transport.proxy)?, here: of(&Proxy::None)? },
        })
    }

    /// A client of the caller's own, for every address.
    pub(crate) fn given(client: reqwest::Client) -> Self {
        Self { out: client.clone(), here: client }
    }

    /// The client for an address.
    pub(crate) fn to(&self, address: &Url) -> &reqwest::Client {
        if is_this_machine(address) { &self.here } else { &self.out }
    }
}

/// Whether an address is of the machine this runs on.
pub(crate) fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
        None => false,
    }
}

// Checked even where only this machine is called, without it: whoever names a proxy must hear that it cannot be used.
fn usable(proxy: &Proxy) -> Result<()> {
    match proxy {
        Proxy::Through(url) if !matches!(url.scheme(), "http" | "https") => {
            let what = format!("a proxy of the form {}: is not supported", url.scheme());
            Err(Error::config(what).with_advice(Some("Write its address such as http://proxy.example:3128.")))
        }
        _ => Ok(()),
    }
}

fn client(timeouts: &Timeouts, proxy: &Proxy, certificates: &[Vec<u8>]) -> Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("mycarrierpackets-rs/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .gzip(true)
        .redirect(reqwest::redirect::Policy::none())
        // Retries below this crate would not be counted, and could repeat what must not be.
        .retry(reqwest::retry::never());
    let builder = match proxy {
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Through(url) => {
            // Its address can hold a password, so the error says nothing of it.
            let all = reqwest::Proxy::all(url.clone())
                .map_err(|_| Error::config("the address of the proxy cannot be used"))?;
            builder.no_proxy().proxy(all)
        }
    };
    let builder = certificates.iter().try_fold(builder, |builder, pem| {
        let found = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|_| Error::config("the certificates cannot be read: one is damaged or cut off"))?;
        if found.is_empty() {
            return Err(Error::config(
                "there is no certificate in PEM form: each begins with -----BEGIN CERTIFICATE-----",
            ));
        }
        Ok(found.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate))
    })?;
    builder.build().map_err(|error| Error::config("the HTTP client could not be made").with_source(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        let cases = [
            ("http://localhost:8080", true),
            ("http://api.localhost", true),
            ("http://127.0.0.1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8080", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://[::ffff:10.0.0.1]", false),
            ("http://LOCALHOST.", true),
            ("http://192.0.2.7", false),
            ("http://10.0.0.1", false),
            ("http://[2001:db8::1]", false),
            ("http://localhost.example", false),
            ("http://notlocalhost", false),
            ("https://api.mycarrierpackets.com", false),
        ];
        for (address, here) in cases {
            assert_eq!(is_this_machine(&address.parse().unwrap()), here, "{address}");
        }
    }

    #[test]
    fn a_proxy_of_another_form_is_refused_and_its_password_not_shown() {
        let proxy = Proxy::Through("socks5://user:s3cret-word@proxy.example:1080".parse().unwrap());
        for address in ["https://api.carrier.example", "http://127.0.0.1:8080"] {
            let transport = Transport { proxy: proxy.clone(), certificates: Vec::new() };
            let made = Http::new(&Timeouts::default(), &transport, std::iter::once(&address.parse().unwrap()));
            let error = made.err().unwrap();
            assert_eq!(error.kind(), crate::ErrorKind::Config);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("socks5: is not supported") && !shown.contains("s3cret-word"), "{shown}");
        }
    }

    #[test]
    fn certificates_that_are_none_are_refused() {
        for pem in ["", "hello", "-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n"] {
            let made = client(&Timeouts::default(), &Proxy::None, &[pem.as_bytes().to_vec()]);
            assert!(made.is_err_and(|error| error.kind() == crate::ErrorKind::Config), "{pem}");
        }
    }
}
