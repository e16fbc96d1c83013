//! Answers become HTTP: content types, compression, headers, and what faults make of them.

use bytes::Bytes;
use hyper::Response;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::vendor::answer::{Answer, Body};
use crate::wire::encode;
use crate::wire::fault::Kind;
use crate::wire::response_body::ResponseBody;
use crate::world::clock::Ticks;

const LENGTH_REQUIRED: &str = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\
    \"http://www.w3.org/TR/html4/strict.dtd\">\r\n<HTML><HEAD><TITLE>Length Required</TITLE>\r\n\
    <META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n\
    <BODY><h2>Length Required</h2>\r\n<hr><p>HTTP Error 411. The request must be chunked or have a content length.\
    </p>\r\n</BODY></HTML>\r\n";

/// What HTTP.sys answers before the application sees the request.
pub(crate) fn length_required() -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::whole(Bytes::from_static(LENGTH_REQUIRED.as_bytes())));
    *response.status_mut() = hyper::StatusCode::LENGTH_REQUIRED;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=us-ascii"));
    headers.insert(header::SERVER, HeaderValue::from_static("Microsoft-HTTPAPI/2.0"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// What a client gets that speaks plain HTTP to a port of TLS.
pub(crate) fn speaks_tls() -> Response<ResponseBody> {
    const TEXT: &str = "This sandbox speaks TLS: call it by https.\n";
    let mut response = Response::new(ResponseBody::whole(Bytes::from_static(TEXT.as_bytes())));
    *response.status_mut() = hyper::StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// An answer as it goes out, and its body as it was before compression.
pub(crate) fn into_response(
    answer: Answer,
    request: &HeaderMap,
    may_compress: bool,
    now: Ticks,
    fault: Option<&Kind>,
) -> (Response<ResponseBody>, Bytes) {
    let accepts = |name, what: &str| {
        request.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| encode::accepts(value, what))
    };
    let mut chunked = true;
    let (kind, bytes) = match answer.body {
        Body::Api { json, root } if encode::wants_xml(|what| accepts(header::ACCEPT, what)) => {
            ("text/xml; charset=utf-8", crate::wire::xml::from_json(&json, root))
        }
        Body::Api { json, .. } => ("application/json; charset=utf-8", json),
        Body::Json(json) => ("application/json;charset=UTF-8", json),
        Body::Page(html) => ("text/html; charset=utf-8", html.into_bytes()),
        Body::File { kind, bytes } => {
            chunked = false;
            (kind, bytes)
        }
    };
    let compress = chunked
        && fault != Some(&Kind::BrokenGzip {})
        && may_compress
        && bytes.len() > 1024
        && accepts(header::ACCEPT_ENCODING, "gzip");
    let plain = Bytes::from(bytes);
    let bytes = if compress { Bytes::from(encode::gzip(&plain)) } else { plain.clone() };
    let body = if chunked { ResponseBody::chunked(bytes) } else { ResponseBody::whole(bytes) };
    let mut response = Response::new(body);
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in [
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("content-type", kind),
        ("expires", "-1"),
        ("vary", "Accept-Encoding"),
        ("server", "Microsoft-IIS/10.0"),
        ("x-aspnet-version", "4.0.30319"),
        ("x-powered-by", "ASP.NET"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if compress {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    for (name, value) in answer.headers {
        // All values are made here and are ASCII; one that is not is left out rather than a reason to fail.
        if let Ok(value) = HeaderValue::from_str(&value) {
            match name {
                // Whoever answers in place of the vendor has a name of its own.
                "server" => drop(headers.insert(name, value)),
                _ => drop(headers.append(name, value)),
            }
        }
    }
    if let Ok(date) = HeaderValue::from_str(&now.rfc1123()) {
        headers.insert(header::DATE, date);
    }
    if let Some(fault) = fault {
        disturb(headers, fault);
    }
    (response, plain)
}

fn disturb(headers: &mut HeaderMap, fault: &Kind) {
    const TYPE: HeaderName = header::CONTENT_TYPE;
    match fault {
        // A value that is none is left out, as any that cannot be sent.
        Kind::ContentType { value } => match HeaderValue::from_str(value) {
            Ok(value) => drop(headers.insert(TYPE, value)),
            Err(_) => drop(headers.remove(TYPE)),
        },
        Kind::NoContentType {} => drop(headers.remove(TYPE)),
        Kind::DoubleContentType {} => drop(headers.append(TYPE, HeaderValue::from_static("text/plain"))),
        Kind::BrokenGzip {} => drop(headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))),
        _ => {}
    }
}
