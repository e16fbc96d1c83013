//! What the sandbox answers, before it becomes HTTP.

use crate::vendor::json::{Json, k};

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
    pub(crate) headers: Vec<(&'static str, String)>,
}

pub(crate) enum Body {
    /// JSON of the vendor's API; `root` names the model, for clients that ask for XML.
    Api {
        json: Vec<u8>,
        root: &'static str,
    },
    /// A web page.
    Page(String),
    /// JSON that never becomes XML.
    Json(Vec<u8>),
    File {
        kind: &'static str,
        bytes: Vec<u8>,
    },
}

impl Body {
    /// The same body with its length and not in chunks.
    pub(crate) fn whole(self) -> Self {
        match self {
            Self::Api { json: bytes, .. } | Self::Json(bytes) => {
                Self::File { kind: "application/json; charset=utf-8", bytes }
            }
            Self::Page(html) => Self::File { kind: "text/html; charset=utf-8", bytes: html.into_bytes() },
            Self::File { kind, bytes } => Self::File { kind, bytes },
        }
    }
}

impl Answer {
    pub(crate) fn api(root: &'static str, json: Vec<u8>) -> Self {
        Self { status: 200, body: Body::Api { json, root }, headers: Vec::new() }
    }

    /// A bare JSON string.
    pub(crate) fn text(text: &str) -> Self {
        let mut w = Json::new(text.len() + 2);
        w.quoted(text);
        Self::api("string", w.finish())
    }

    pub(crate) fn token(status: u16, json: Vec<u8>) -> Self {
        Self { status, body: Body::Json(json), headers: Vec::new() }
    }

    pub(crate) fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Self {
        Self { status: 200, body: Body::File { kind, bytes }, headers: Vec::new() }
            .header("content-disposition", format!("attachment; filename=\"{name}\""))
    }

    /// What a gateway says in front of the vendor.
    pub(crate) fn page(status: u16) -> Self {
        let (title, text) = match status {
            200..=299 => ("Maintenance", "The site is being maintained. Come back later."),
            // Azure's words for an application that somebody has stopped.
            403 => ("Web App - Unavailable", "Error 403 - This web app is stopped."),
            404 => ("404 Not Found", "The page you are looking for was not found."),
            500 => ("500 Internal Server Error", "The server met an error."),
            502 => ("502 Bad Gateway", "The gateway got no valid answer."),
            504 => ("504 Gateway Time-out", "The gateway got no answer in time."),
            _ => ("Service Unavailable", "The service is unavailable."),
        };
        let html = format!(
            "<!DOCTYPE html>\r\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\r\n"
        );
        Self { status, ..Self::page_of(&html) }
    }

    pub(crate) fn page_of(html: &str) -> Self {
        Self { status: 200, body: Body::Page(html.to_owned()), headers: Vec::new() }
    }

    /// What stands where the vendor has a page to sign in.
    pub(crate) fn sign_in() -> Self {
        let html = "<!DOCTYPE html>\r\n<html><head><title>Sign in (sandbox)</title></head><body><h1>Sign in</h1>\
            <p>The vendor has a page to sign in here. This is a sandbox: nobody signs in on it, and a program that was \
            redirected here met the misbehaviour <code>login</code>.</p>\
            <p>Tokens are given by <code>POST /token</code>.</p></body></html>\r\n";
        Self { status: 200, body: Body::Page(html.to_owned()), headers: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// An answer other than 200 with the vendor's error body.
pub(crate) struct Failure {
    status: u16,
    message: String,
    detail: Option<String>,
    /// What is wrong with which parameter.
    model_state: Option<Box<(&'static str, String)>>,
    header: Option<(&'static str, String)>,
}

impl Failure {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), detail: None, model_state: None, header: None }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// A parameter that cannot be bound, as ASP.NET says it.
    pub(crate) fn invalid(name: &'static str, what: impl Into<String>) -> Self {
        Self { model_state: Some(Box::new((name, what.into()))), ..Self::bad("The request is invalid.") }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, message)
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some((name, value));
        self
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let mut w = Json::new(256);
        w.open();
        w.text(k!("Message"), &failure.message);
        if let Some(detail) = &failure.detail {
            w.text(k!("MessageDetail"), detail);
        }
        if let Some((name, what)) = failure.model_state.as_deref() {
            w.raw(k!("ModelState"));
            w.open();
            w.raw(",\"");
            w.raw(name);
            w.raw("\":[");
            w.quoted(what);
            w.raw("]");
            w.close();
        }
        w.close();
        let body = Body::Api { json: w.finish(), root: "Error" };
        Answer { status: failure.status, body, headers: failure.header.into_iter().collect() }
    }
}
