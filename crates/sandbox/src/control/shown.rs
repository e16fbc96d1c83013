//! A call of the log as the control API shows it: without passwords and tokens.

use serde_json::{Value, json};

use crate::wire::record::RecordedRequest;
use crate::world::clock::Ticks;

/// Of a body this much is shown.
const SHOWN: usize = 256 << 10;

pub(crate) fn summary(request: &RecordedRequest) -> Value {
    json!({
        "number": request.number,
        "at": Ticks::from_system(request.at).iso(),
        "customer": request.customer,
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "query": masked(&request.query),
        "status": request.status,
        "fault": request.fault,
        "cameAt": Ticks::from_system(request.came).iso(),
        "durationMs": request.took.map(|took| (took.as_secs_f64() * 1e5).round() / 100.0),
    })
}

pub(crate) fn whole(request: &RecordedRequest) -> Value {
    let mut value = summary(request);
    value["headers"] = masked(&request.headers);
    value["bodiesDropped"] = request.bodies_dropped.into();
    value["body"] = match request.operation {
        "token" => {
            let pairs: Vec<_> = form_urlencoded::parse(&request.body).into_owned().collect();
            let pairs = pairs.into_iter().map(|(name, value)| (name.clone(), mask(&name, &value)));
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
        }
        _ => text(&request.body).into(),
    };
    value["answer"] = request.answer.as_ref().map_or(Value::Null, |answer| {
        let kind =
            answer.headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value.as_str());
        let body = match (request.operation, kind) {
            ("token" | "portal token", _) if request.status == Some(200) => "(tokens)".to_owned(),
            (_, kind) if kind.starts_with("image/") || kind.starts_with("application/pdf") => format!("({kind})"),
            _ => text(&answer.body),
        };
        json!({ "headers": masked(&answer.headers), "body": body, "size": answer.size })
    });
    value
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..SHOWN).unwrap_or(bytes)).into_owned()
}

fn masked(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| json!([name, mask(name, value)])).collect()
}

/// Somebody's real password may have come here by mistake.
fn mask(name: &str, value: &str) -> String {
    const SECRET: &[&str] = &["authorization", "password", "refresh_token", "cookie"];
    if !SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
        return value.to_owned();
    }
    let shown: String = match value.split_once(' ') {
        Some((scheme, token)) if name.eq_ignore_ascii_case("authorization") => {
            format!("{scheme} {}", token.chars().take(4).collect::<String>())
        }
        _ => String::new(),
    };
    format!("{shown}…")
}
