//! What `sync run --http` shows: a page for people, metrics, and whether the worker is well.

use super::place::reason;
use super::status::{beside, shown};
use crate::failure::{Failure, Result};
use crate::html::{COLORS, escaped};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use mycarrierpackets_sync::status::{self, CustomerStatus, Overview, SinkStatus};
use mycarrierpackets_sync::store::{self, Store, Tx, customers};
use std::fmt::Write as _;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Customers of whom the page shows each feed: it is for a person.
const SHOWN: usize = 50;

/// A page that is bound, and not served yet.
pub struct Page {
    listener: TcpListener,
    router: Router,
}

impl Page {
    pub async fn bind(address: SocketAddr, store: Store) -> Result<Self> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| {
            Failure::io(format!("{address} cannot be listened on: {error}"), "Give another address with --http.")
        })?;
        let router = Router::new()
            .route("/", get(page))
            .route("/status", get(all))
            .route("/metrics", get(metrics))
            .route("/health", get(async || "ok\n"))
            .route("/ready", get(ready))
            .with_state(store);
        Ok(Self { listener, router })
    }

    pub fn address(&self) -> String {
        self.listener.local_addr().map(|address| format!("http://{address}")).unwrap_or_default()
    }

    /// Serves it until the future is dropped.
    pub async fn serve(self) {
        let _ = axum::serve(self.listener, self.router).await;
    }
}

type Asked = std::result::Result<(Overview, Vec<CustomerStatus>), store::Error>;

async fn asked(store: &Store, most: usize) -> Asked {
    let read = async |tx: Tx| {
        let overview = status::overview(&tx).await?;
        let mut listed = Vec::new();
        for customer in customers::list(&tx).await?.into_iter().take(most) {
            let mut found = status::of_customer(&tx, &customer.id).await?;
            if let Some(why) = found.as_mut().and_then(|found| found.paused.as_mut()) {
                *why = reason(&customer.id, why);
            }
            listed.extend(found);
        }
        Ok((overview, listed))
    };
    store.read(read).await
}

fn failed(error: &store::Error) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response()
}

async fn page(State(store): State<Store>) -> Response {
    match asked(&store, SHOWN).await {
        Ok((overview, customers)) => {
            let mut headers = HeaderMap::new();
            let policy = "default-src 'none'; style-src 'unsafe-inline'";
            headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
            headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
            headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            (headers, html(&overview, &customers)).into_response()
        }
        Err(error) => failed(&error),
    }
}

async fn all(State(store): State<Store>) -> Response {
    match asked(&store, usize::MAX).await {
        Ok((overview, customers)) => {
            axum::Json(serde_json::json!({"overview": overview, "customers": customers})).into_response()
        }
        Err(error) => failed(&error),
    }
}

async fn metrics(State(store): State<Store>) -> Response {
    match store.read(async |tx: Tx| status::overview(&tx).await).await {
        Ok(overview) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], overview.metrics()).into_response(),
        Err(error) => failed(&error),
    }
}

/// Whether work can be done: the store answers.
async fn ready(State(store): State<Store>) -> Response {
    match store.read(async |tx: Tx| tx.now().await).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => failed(&error),
    }
}

fn html(overview: &Overview, customers: &[CustomerStatus]) -> String {
    let mut body = String::new();
    let Overview { at, active, paused, held, events, rejected, feeds, sinks, .. } = overview;
    let _ = write!(
        body,
        "<header><h1>Sync</h1><p>{at:.0}: {active} customers, {paused} paused, {held} being read; {events} events, \
         {rejected} rows that could not be read</p></header>"
    );
    let rows = feeds.iter().map(|feed| {
        let (number, bad) = (feed.failing.to_string(), feed.failing > 0);
        vec![
            cell(&feed.feed),
            number_of(feed.customers),
            marked(&number, bad),
            number_of(feed.due),
            cell(&span(feed.oldest_seconds)),
        ]
    });
    table(&mut body, "Feeds", &["Feed", "Customers", "Failing", "Due now", "Oldest read"], rows);
    let rows = sinks.iter().map(|sink| {
        let parked = sink.parked.to_string();
        vec![
            cell(&sink.sink),
            number_of(sink.waiting),
            marked(&parked, sink.parked > 0),
            cell(&span(sink.oldest_seconds)),
            marked(sink.error.as_deref().unwrap_or_default(), sink.failing > 0),
        ]
    });
    table(&mut body, "Sinks", &["Sink", "Waiting", "Parked", "Oldest waiting", "Down"], rows);
    for customer in customers {
        let rows = customer.feeds.iter().map(|feed| {
            let error = feed.error.as_deref().unwrap_or_default();
            let due = feed.due.map(|due| in_span(due.duration_since(*at).as_secs())).unwrap_or_default();
            vec![cell(&feed.feed), cell(&span(feed.lag_seconds)), cell(&due), marked(error, !error.is_empty())]
        });
        let mut title = format!("{} ({})", customer.name, customer.customer);
        if let Some(reason) = &customer.paused {
            let _ = write!(title, " — paused: {reason}");
        }
        if let Some(worker) = &customer.worker {
            let _ = write!(title, " — being read by {worker}");
        }
        let troubled = |sink: &&SinkStatus| sink.waiting + sink.parked + sink.failures > 0;
        let mut notes = beside(customer);
        notes.extend(customer.sinks.iter().filter(troubled).map(shown));
        table(&mut body, &title, &["Feed", "Behind", "Due", "Last error"], rows);
        for note in notes {
            let _ = write!(body, "<p class=\"note\">{}</p>", escaped(&note));
        }
    }
    if customers.len() == SHOWN {
        let _ = write!(body, "<p>The first {SHOWN} customers. <a href=\"/status\">All of them, as JSON</a></p>");
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta http-equiv=\"refresh\" content=\"15\">\
         <meta name=\"robots\" content=\"noindex\"><title>Sync</title>\n<style>{COLORS}{STYLE}</style></head>\n\
         <body><main>{body}</main></body></html>\n"
    )
}

fn cell(text: &str) -> String {
    format!("<td>{}</td>", escaped(text))
}

fn number_of(number: i64) -> String {
    format!("<td class=\"number\">{number}</td>")
}

fn marked(text: &str, bad: bool) -> String {
    if bad { format!("<td class=\"bad\">{}</td>", escaped(text)) } else { cell(text) }
}

fn table(body: &mut String, title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(body, "<section><h2>{}</h2><div><table><thead><tr>", escaped(title));
    for name in head {
        let _ = write!(body, "<th>{}</th>", escaped(name));
    }
    body.push_str("</tr></thead><tbody>");
    for row in rows {
        let _ = write!(body, "<tr>{}</tr>", row.concat());
    }
    body.push_str("</tbody></table></div></section>");
}

fn in_span(seconds: i64) -> String {
    if seconds > 0 { format!("in {}", span(seconds)) } else { "now".to_owned() }
}

/// Seconds, as a person says them.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.45 system-ui,sans-serif}\
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem;display:grid;gap:1rem}\
header p{margin:.2rem 0 0;color:var(--soft)}\
h1{margin:0;font-size:1.6rem}h2{margin:0 0 .5rem;font-size:1rem;overflow-wrap:anywhere}\
section{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem;min-width:0}\
section>div{overflow-x:auto}\
table{border-collapse:collapse;width:100%}\
th{text-align:left;color:var(--soft);font-weight:400}\
th,td{padding:.2rem .8rem .2rem 0;vertical-align:top}\
td{border-top:1px solid var(--line);font-variant-numeric:tabular-nums;white-space:nowrap}\
td.bad{color:var(--bad);white-space:normal;overflow-wrap:anywhere;min-width:10rem}a{color:inherit}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_largest_unit() {
        let cases = [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_800, "2 d")];
        for (seconds, text) in cases {
            assert_eq!(span(seconds), text);
        }
    }
}
