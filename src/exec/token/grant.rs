//! Asks a token server for a token, by refresh token or by password.

use super::access::{LONGEST, Token};
use crate::exec::deadline::from_now;
use crate::exec::failure::Failure;
use crate::exec::setup::{Common, Setup};
use crate::exec::{answer, body, headers, refusal, responder, retry, trace};
use crate::operation::{Operation, Server};
use crate::types::Redacted;
use crate::{Error, ErrorKind};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Url;

const ANSWER_BYTES: usize = 1 << 20;
const REFUSED: &str = "user name, password or refresh token were refused";
// Nobody can look at that answer: it may hold a token.
const NO_TOKEN: &str = "Check the address and any proxy between here and the server.";
const WITHOUT_EXPIRY: Duration = Duration::from_secs(300);

// The refresh token first, once; the password when there is none, or whatever else its answer was than "later".
pub(super) async fn fetch(
    common: &Common,
    server: Server,
    base: &Url,
    refresh: Option<Redacted>,
) -> Result<Token, Error> {
    if let (Some(refresh), Server::Api) = (refresh, server) {
        match ask(common, server, base, Some(&refresh)).await {
            Ok(token) => return Ok(token),
            Err(failure) if failure.error.is_rate_limited() => {
                return Err(failure.error.at(Operation::RequestToken).with_attempts(1));
            }
            Err(_) => {}
        }
    }
    grant(common, server, base).await
}

async fn grant(common: &Common, server: Server, base: &Url) -> Result<Token, Error> {
    let Common { setup, budget, .. } = common;
    let info = match server {
        Server::Api => Operation::RequestToken,
        Server::Portal => Operation::RequestPortalToken,
    }
    .info();
    let deadline = from_now(setup.timeouts.token);
    let retry = retry::Retry { policy: &setup.retry, dice: &setup.clock_and_dice, budget, info, deadline };
    let (mut attempt, mut permit) = (1, None);
    loop {
        let failure = match ask(common, server, base, None).await {
            Ok(token) => {
                budget.refund(permit);
                return Ok(token);
            }
            Err(failure) => failure,
        };
        match retry.decide(attempt, failure) {
            retry::Decision::Wait { delay, because, permit: taken } => {
                trace::retry(info, attempt, delay, &because);
                permit = Some(taken);
                tokio::time::sleep(delay).await;
                attempt += 1;
            }
            retry::Decision::GiveUp(error) => return Err(error.at(info.operation).with_attempts(attempt)),
        }
    }
}

async fn ask(common: &Common, server: Server, base: &Url, refresh: Option<&Redacted>) -> Result<Token, Failure> {
    let setup = &common.setup;
    let (username, password) = (setup.username.as_str(), setup.password.expose());
    let request = match (server, refresh) {
        (Server::Portal, _) => (setup.portal_token_request)(setup.http.to(base), base, username, password),
        (Server::Api, Some(refresh)) => {
            form(setup, base, &[("grant_type", "refresh_token"), ("refresh_token", refresh.expose())])
        }
        (Server::Api, None) => {
            form(setup, base, &[("grant_type", "password"), ("username", username), ("password", password)])
        }
    };
    let exchange = async {
        let sent = Instant::now();
        let answer = request.send().await.map_err(Failure::transport)?;
        let now = setup.clock_and_dice.now();
        if !answer.status().is_success() {
            let refusal = refusal::refusal(answer, now, setup.timeouts.stall);
            return Err(refused(server, refusal.await));
        }
        let most = body::Most { bytes: ANSWER_BYTES, stall: setup.timeouts.stall };
        let (head, body) = body::read(answer, most).await?;
        answer::no_page(&head, &body)?;
        if server == Server::Api {
            common.clock.note(&head.headers, now);
        }
        let body = responder::without_mark(&body);
        let fields = match serde_json::from_str(&String::from_utf8_lossy(body)) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(no_token()),
            Err(_) if body.trim_ascii().is_empty() => return Err(no_token()),
            Err(error) => return Err(Failure::last(Error::from_json(&error).with_advice(Some(NO_TOKEN)))),
        };
        if is_invalid_grant(body) {
            let words = responder::words(&head.headers, body);
            let refused = Error::new(ErrorKind::Credentials, REFUSED).with_status(head.status);
            return Err(Failure::refused(refused.with_vendor_message(words)));
        }
        accept(setup, &fields, sent)
    };
    let late = || Failure::timeout("no token came in the time allowed");
    timeout(setup.timeouts.attempt, exchange).await.unwrap_or_else(|_| Err(late()))
}

fn form(setup: &Setup, base: &Url, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    setup.http.to(base).post(join(base, "token")).form(pairs)
}

/// The assumed form of the portal's token request.
pub(crate) fn portal_query(
    http: &reqwest::Client,
    portal: &Url,
    username: &str,
    password: &str,
) -> reqwest::RequestBuilder {
    let pairs = [("grant_type", "password"), ("username", username), ("password", password)];
    http.get(join(portal, "api/token")).query(&pairs)
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

// OAuth says a wrong password with 400 and `invalid_grant`. How the portal says it is undocumented: there, the status
// of a refusal in the vendor's own form counts, too.
fn refused(server: Server, failure: Failure) -> Failure {
    let Failure { error, reached } = failure;
    let Some(status) = error.status() else {
        return Failure { error, reached };
    };
    let by_status = server == Server::Portal && error.kind() == ErrorKind::Unauthorized;
    // The body of a token answer is not kept: it may hold a token.
    let plain = match error.kind() {
        _ if by_status || is_invalid_grant(error.body().unwrap_or_default()) => {
            Error::new(ErrorKind::Credentials, REFUSED)
        }
        // No carrier is meant: there is no token server at this address.
        ErrorKind::NotFound => Error::new(ErrorKind::UnexpectedAnswer, "the address has no token endpoint"),
        ErrorKind::Refused if matches!(status.as_u16(), 405 | 410 | 411) => {
            Error::new(ErrorKind::UnexpectedAnswer, "the address has no token endpoint")
        }
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Refused => {
            Error::new(ErrorKind::Refused, "the token server refused the request")
                .with_advice(Some("The server's own words say why; user name and password may be right."))
        }
        ErrorKind::Server => Error::new(ErrorKind::Server, "the token server failed"),
        // A page, a proxy, a redirect: as it is said anywhere else, without the body.
        _ => return Failure { error: error.without_body(), reached },
    };
    let error = plain
        .with_status(status)
        .with_vendor_message(error.vendor_message().map(str::to_owned))
        .with_retry_after(error.retry_after());
    Failure { error, reached }
}

fn is_invalid_grant(body: &[u8]) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(responder::without_mark(body)).ok();
    body.is_some_and(|body| body["error"] == "invalid_grant")
}

fn no_token() -> Failure {
    Failure::last(Error::new(ErrorKind::Decode, "the token answer holds no token").with_advice(Some(NO_TOKEN)))
}

// A field that cannot be read costs no more than itself.
fn accept(setup: &Setup, fields: &Map<String, Value>, sent: Instant) -> Result<Token, Failure> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let secret = |name: &str| text(name).map(|text| Redacted::from(text.to_owned()));
    let access = secret("access_token").ok_or_else(no_token)?;
    let until = text(".expires").and_then(headers::http_date).map(|then| {
        let left = then.duration_since(setup.clock_and_dice.now());
        Duration::try_from(left).unwrap_or(Duration::ZERO)
    });
    let listed = fields.get("expires_in").and_then(seconds);
    let lifetime = listed.or(until).unwrap_or(WITHOUT_EXPIRY).min(LONGEST);
    Token::new(&access, secret("refresh_token"), lifetime, sent, setup).ok_or_else(no_token)
}

/// `3600`, `3599.5`, `"3600"`; a negative number is none left.
fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())?;
    Some(Duration::try_from_secs_f64(number.max(0.0)).unwrap_or(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_read_in_every_form() {
        for (json, read) in [
            ("3600", Some(3600)),
            ("3599.9", Some(3599)),
            ("\"3600\"", Some(3600)),
            ("\" 1209599.0 \"", Some(1_209_599)),
            ("-5", Some(0)),
            ("1e300", Some(LONGEST.as_secs())),
            ("\"soon\"", None),
            ("\"NaN\"", None),
            ("null", None),
            ("{}", None),
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(seconds(&value).map(|span| span.as_secs()), read, "{json}");
        }
    }

    #[test]
    fn a_refusal_blames_the_credentials_only_where_it_says_so() {
        let kind = |server, kind, status: u16, body: &'static str| {
            let error = Error::new(kind, "refused").with_status(http::StatusCode::from_u16(status).unwrap());
            let Failure { error, .. } =
                refused(server, Failure::refused(error.with_body(&bytes::Bytes::from_static(body.as_bytes()))));
            assert_eq!(error.body(), None, "it may hold a token");
            error.kind()
        };
        const INVALID: &str = r#"{"error":"invalid_grant"}"#;
        use crate::operation::Server::{Api, Portal};
        use ErrorKind::{
            Credentials, Forbidden, NotFound, RateLimited, Refused, Timeout, Unauthorized, UnexpectedAnswer,
        };
        let cases = [
            (Api, Refused, 400, INVALID, Credentials),
            (Api, Refused, 400, r#"{"error":"invalid_client"}"#, Refused),
            (Api, Unauthorized, 401, "{}", Refused),
            (Portal, Unauthorized, 401, "{}", Credentials),
            (Portal, Forbidden, 403, "{}", Refused),
            (Portal, Refused, 400, "{}", Refused),
            (Api, NotFound, 404, "{}", UnexpectedAnswer),
            (Api, Refused, 405, "", UnexpectedAnswer),
            (Api, Refused, 410, "", UnexpectedAnswer),
            (Api, Refused, 411, "", UnexpectedAnswer),
            (Api, Refused, 413, "", Refused),
            (Api, ErrorKind::Server, 500, "", ErrorKind::Server),
            (Api, RateLimited, 429, "", RateLimited),
            (Api, UnexpectedAnswer, 302, "", UnexpectedAnswer),
        ];
        for (server, given, status, body, expected) in cases {
            assert_eq!(kind(server, given, status, body), expected, "{server:?} {status} {body}");
        }
        let Failure { error, .. } = refused(Api, Failure::refused(Error::new(Timeout, "late")));
        assert_eq!((error.kind(), &*error.message()), (Timeout, "late"), "without an answer it stays as it is");
    }
}
