//! A whole page of the portal, and the answers that are not a page.

use bytes::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};

use crate::portal::html::Html;
use crate::wire::response_body::ResponseBody;

const STYLE: &str = include_str!("../../assets/portal.css");

/// Nothing from elsewhere, no script, and no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// What a page of the portal, or a link to one, is answered with.
pub(super) enum Reply {
    Page(Page),
    /// To another address of the portal, to be read with GET.
    SeeOther(String),
    Pdf {
        name: String,
        inline: bool,
        bytes: Vec<u8>,
    },
    Style,
}

/// A page.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) title: String,
    pub(super) body: Html,
}

impl Page {
    /// A page that shows what was asked for.
    pub(super) fn good(title: impl Into<String>, body: Html) -> Self {
        Self { status: 200, title: title.into(), body }
    }

    fn write(self, prefix: &str) -> String {
        let mut html = Html::default();
        html.put(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} - Carrier portal, sandbox</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"{}/portal.css\">\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to content</a>\n\
             <header><p class=\"brand\"><a href=\"{}/\">Carrier portal</a></p>\
             <p class=\"soft\">A sandbox: all companies, people and numbers are invented.</p></header>\n\
             <main id=\"main\" tabindex=\"-1\">\n<h1>{}</h1>\n",
            &[&self.title, prefix, prefix, self.title.strip_prefix("Error: ").unwrap_or(&self.title)],
        );
        html.add(&self.body);
        html.put(
            "</main>\n<footer><p>Enter nothing real: whoever can open this sandbox can read it.</p></footer>\n\
             </body>\n</html>\n",
            &[],
        );
        html.into_string()
    }
}

impl Reply {
    pub(super) fn into_response(self, prefix: &str) -> Response<ResponseBody> {
        let (status, kind, bytes) = match &self {
            Self::Page(page) => (page.status, "text/html; charset=utf-8", Bytes::new()),
            Self::SeeOther(_) => (303, "text/plain; charset=utf-8", Bytes::new()),
            Self::Pdf { .. } => (200, "application/pdf", Bytes::new()),
            Self::Style => (200, "text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes())),
        };
        let mut headers = HeaderMap::new();
        let mut set = |name, value: &str| {
            // A value that cannot stand in a header is left out.
            HeaderValue::from_str(value).map(|value| headers.insert(name, value)).is_ok()
        };
        set(header::CONTENT_TYPE, kind);
        set(header::CACHE_CONTROL, if matches!(self, Self::Style) { "no-cache" } else { "no-store" });
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        // With no referrer at all, a browser would hide from which site a form is sent.
        set(header::REFERRER_POLICY, "same-origin");
        let bytes = match self {
            Self::Page(page) => {
                set(header::CONTENT_SECURITY_POLICY, POLICY);
                Bytes::from(page.write(prefix))
            }
            Self::SeeOther(place) => {
                set(header::LOCATION, &place);
                bytes
            }
            Self::Pdf { name, inline, bytes } => {
                let how = if inline { "inline" } else { "attachment" };
                set(header::CONTENT_DISPOSITION, &format!("{how}; filename=\"{name}\""));
                Bytes::from(bytes)
            }
            Self::Style => bytes,
        };
        let mut response = Response::new(ResponseBody::whole(bytes));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        *response.headers_mut() = headers;
        response
    }
}
