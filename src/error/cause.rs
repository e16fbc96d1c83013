//! Why there was no answer: the cause of a transport error, out of the chain of its sources.

use super::{Error, ErrorKind};
use std::error::Error as StdError;
use std::io;

/// A cause, and whether waiting could remove it.
struct Cause {
    what: String,
    passing: bool,
    /// What to do about it, if there is more to say than for its kind.
    advice: Option<&'static str>,
}

const TRUST: &str = "Set SSL_CERT_FILE to the certificate of the authority that signed it, or pass that to \
    ClientBuilder::ca_certificate.";
const NAME: &str = "Check the address: the certificate belongs to another host.";
const CLOCK: &str = "Check this machine's clock, and ask whoever runs the server to renew its certificate.";
const PLAIN: &str = "Check scheme and port: https:// needs a port that speaks TLS.";
const LOGIN: &str = "Give user and password in the proxy's address: http://user:password@host:port.";
const LOOKUP: &str = "Check the host's name and this machine's DNS.";
const LISTEN: &str = "Check that the server runs, and its port.";

impl Error {
    /// An error of the transport. The URL is taken off, because its query names carriers and people; its host stays.
    pub(crate) fn from_transport(error: reqwest::Error) -> Self {
        let host = error.url().and_then(host_of);
        let error = error.without_url();
        let (kind, subject) = if error.is_timeout() {
            (ErrorKind::Timeout, if error.is_connect() { "no connection in time" } else { "no answer came in time" })
        } else if error.is_connect() {
            (ErrorKind::Network, "no connection")
        } else if error.is_builder() {
            (ErrorKind::InvalidInput, "the request could not be built from these arguments")
        } else if error.is_body() || error.is_decode() {
            (ErrorKind::Network, "the answer broke off")
        } else {
            (ErrorKind::Network, "the connection broke before an answer came")
        };
        let cause = if kind == ErrorKind::InvalidInput { None } else { cause(&error) };
        let mut what = subject.to_owned();
        if let Some(host) = host.filter(|_| error.is_connect()) {
            what.push_str(&format!(" to {host}"));
        }
        if let Some(cause) = &cause {
            what.push_str(&format!(": {}", cause.what));
        }
        let made = Self::new(kind, what).with_source(error);
        match cause {
            Some(cause) => made.with_transient(cause.passing).with_advice(cause.advice),
            None => made,
        }
    }
}

fn host_of(url: &url::Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// The errors that lie under `error`, itself first.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    // A chain that leads back to itself must end.
    std::iter::successors(Some(error), |error| under(*error)).take(32)
}

// An `io::Error` that wraps another answers `source` with that one's source, and would hide it.
fn under<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.map(|inner| inner as _).or_else(|| error.source())
}

fn cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
    let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    let said = |words: &[&str]| {
        let lower = |text: &String| text.to_ascii_lowercase();
        texts.iter().any(|text| words.iter().any(|word| lower(text).contains(word)))
    };
    let lasting = |what: String, advice| Some(Cause { what, passing: false, advice: Some(advice) });
    let passing = |what: &str, advice| Some(Cause { what: what.to_owned(), passing: true, advice });
    if let Some(cause) = texts.iter().find_map(|text| certificate(text)) {
        return Some(cause);
    }
    if said(&["invalidcontenttype", "wrong version number", "packet length too long", "http request"]) {
        return lasting("the server answered in plain HTTP, so this is an HTTP port".to_owned(), PLAIN);
    }
    if said(&["proxy authorization required", "proxy authentication required", "407"]) {
        return lasting("the proxy asks for a login (407)".to_owned(), LOGIN);
    }
    let unknown = said(&["dns error", "failed to lookup address", "no such host", "name or service not known"]);
    if said(&["failed to create underlying connection"]) {
        let why = if unknown { Some("no such host") } else { of_system(error).map(|(what, _)| what) };
        let what =
            why.map_or_else(|| "no connection to the proxy".into(), |why| format!("no connection to the proxy: {why}"));
        return passing(&what, Some("Check the proxy's address, and that it runs."));
    }
    if said(&["unsuccessful tunnel", "tunnel error"]) {
        return passing("the proxy did not make the connection", Some("Check the proxy and what it lets through."));
    }
    if unknown {
        return passing("no such host", Some(LOOKUP));
    }
    if said(&["message head is too large", "too large"]) {
        let what = "the head of the answer has more than 100 headers or is larger than this client reads";
        return lasting(what.to_owned(), "Check the address and any proxy between here and the server.");
    }
    if said(&["invalid http version", "invalid http header", "invalid status code", "frame with invalid size"]) {
        let what = "the server does not speak HTTP there, or answered a plain request on a TLS port";
        return lasting(what.to_owned(), "Check scheme and port.");
    }
    if let Some((what, advice)) = of_system(error) {
        return passing(what, advice);
    }
    let closed =
        ["connection closed before message completed", "unexpected eof", "unexpected end of file", "handshake eof"];
    said(&closed).then(|| Cause { what: "the server closed the connection".to_owned(), passing: true, advice: None })
}

/// What the system says of a connection, and what to do about it.
fn of_system(error: &(dyn StdError + 'static)) -> Option<(&'static str, Option<&'static str>)> {
    let io = chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind);
    io.filter_map(|kind| match kind {
        io::ErrorKind::ConnectionRefused => Some(("connection refused", Some(LISTEN))),
        io::ErrorKind::ConnectionReset => Some(("connection reset by the server", None)),
        io::ErrorKind::ConnectionAborted => Some(("connection aborted", None)),
        io::ErrorKind::HostUnreachable => Some(("host unreachable", None)),
        io::ErrorKind::NetworkUnreachable => Some(("network unreachable", None)),
        io::ErrorKind::NetworkDown => Some(("the network is down", None)),
        io::ErrorKind::TimedOut => Some(("timed out", None)),
        io::ErrorKind::AddrNotAvailable => Some(("no local address is left", None)),
        io::ErrorKind::PermissionDenied => Some(("permission denied by this machine", None)),
        _ => None,
    })
    .last()
}

/// What is wrong with a certificate, in the words of either TLS library.
fn certificate(text: &str) -> Option<Cause> {
    let lower = text.to_ascii_lowercase();
    let detail = lower.find("invalid peer certificate: ").map(|at| &text[at + "invalid peer certificate: ".len()..]);
    let openssl = lower.contains("certificate verify failed");
    if detail.is_none() && !openssl {
        return None;
    }
    let (what, advice) = if lower.contains("not valid for name") || lower.contains("hostname mismatch") {
        ("the certificate is for another host (NotValidForName)".to_owned(), NAME)
    } else if lower.contains("expired") || lower.contains("not valid yet") || lower.contains("not yet valid") {
        ("the certificate is expired or not valid yet".to_owned(), CLOCK)
    } else {
        let name: String =
            detail.unwrap_or("verify failed").chars().take_while(|c| c.is_alphanumeric() || *c == ' ').collect();
        (format!("the certificate is not trusted ({})", name.trim()), TRUST)
    };
    Some(Cause { what, passing: false, advice: Some(advice) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<dyn StdError + Send + Sync>>);

    impl std::fmt::Display for Layer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl StdError for Layer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.1.as_deref().map(|inner| inner as _)
        }
    }

    fn request(inner: impl StdError + Send + Sync + 'static) -> Layer {
        Layer("error sending request", Some(Box::new(inner)))
    }

    #[test]
    fn causes_are_named_and_only_transient_ones_are_worth_a_wait() {
        let io = |kind: io::ErrorKind| request(io::Error::from(kind));
        let tls = |text: &'static str| request(io::Error::other(Layer(text, None)));
        let cases = [
            (io(io::ErrorKind::ConnectionRefused), "connection refused", true),
            (io(io::ErrorKind::ConnectionReset), "connection reset by the server", true),
            (tls("invalid peer certificate: UnknownIssuer"), "the certificate is not trusted (UnknownIssuer)", false),
            (
                tls("invalid peer certificate: certificate not valid for name \"a.example\"; …"),
                "the certificate is for another host (NotValidForName)",
                false,
            ),
            (
                tls("invalid peer certificate: certificate expired: verification time 1 (UNIX)"),
                "the certificate is expired or not valid yet",
                false,
            ),
            (
                tls("error:0A000086:SSL routines::certificate verify failed: self-signed certificate"),
                "the certificate is not trusted (verify failed)",
                false,
            ),
            (
                tls("received corrupt message of type InvalidContentType"),
                "the server answered in plain HTTP, so this is an HTTP port",
                false,
            ),
            (request(Layer("dns error", None)), "no such host", true),
            (
                request(Layer(
                    "tunnel error: failed to create underlying connection",
                    Some(Box::new(io::Error::from(io::ErrorKind::ConnectionRefused))),
                )),
                "no connection to the proxy: connection refused",
                true,
            ),
            (request(Layer("tunnel error: unsuccessful", None)), "the proxy did not make the connection", true),
            (tls("tls handshake eof"), "the server closed the connection", true),
            (request(Layer("proxy authorization required", None)), "the proxy asks for a login (407)", false),
            (
                request(Layer("message head is too large", None)),
                "the head of the answer has more than 100 headers or is larger than this client reads",
                false,
            ),
            (
                request(Layer("connection closed before message completed", None)),
                "the server closed the connection",
                true,
            ),
        ];
        for (error, what, passing) in cases {
            let cause = cause(&error).unwrap_or_else(|| panic!("{what}"));
            assert_eq!((cause.what.as_str(), cause.passing), (what, passing));
        }
        assert!(cause(&Layer("error sending request", None)).is_none());
    }
}
