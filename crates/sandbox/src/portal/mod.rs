//! The portal's pages: what a person sees who follows a link of the vendor's, as a carrier or as a user of a customer.

mod broker;
mod controls;
mod entered;
mod facts;
mod form;
mod guard;
mod html;
mod invitation;
mod link;
mod packet_form;
mod page;
mod start;
mod visit;
mod wrong;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};

use crate::engine::Engine;
use crate::portal::form::Form;
use crate::portal::link::Link;
use crate::portal::page::Reply;
use crate::portal::visit::Visit;
use crate::portal::wrong::Wrong;
use crate::vendor::answer::Answer;
use crate::vendor::request::Params;
use crate::wire::body::read;
use crate::wire::response_body::ResponseBody;

/// A file may come with a form.
const MAX_BODY: usize = (8 << 20) + (64 << 10);

/// Answers what is for a page of the portal, or gives the request back.
pub(crate) async fn respond(
    engine: &Engine,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Request<Incoming>> {
    let query = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    let Some(link) = Link::find(request.uri().path(), &query) else { return Err(request) };
    let (parts, body) = request.into_parts();
    let is_post = parts.method == "POST";
    let has_form = matches!(link, Ok(Link::Invitation(_) | Link::SendPacket(_) | Link::Information(_)));
    let sent = match permitted(engine, &parts.headers, parts.method.as_str(), has_form) {
        Ok(()) if is_post => {
            read(body, MAX_BODY).await.map(Some).map_err(|failure| match Answer::from(failure).status {
                413 => Wrong::new(413, "A form with its file can have 8 MB."),
                status => Wrong::new(status, "The form did not come whole, or not in time."),
            })
        }
        Ok(()) => Ok(None),
        Err(wrong) => Err(wrong),
    };
    let answered = sent.and_then(|body| {
        let form = body.map(|body| filled(&parts.headers, &body)).transpose()?;
        let path = format!("{}{}", engine.prefix, parts.uri.path());
        let visit = Visit { engine, path: &path, query: &query, form };
        page(&visit, link?)
    });
    let reply = answered.unwrap_or_else(|wrong| Reply::Page(wrong.into_page(&engine.addresses[1], &engine.prefix)));
    let mut response = reply.into_response(&engine.prefix);
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let methods = if has_form { "GET, HEAD, POST" } else { "GET, HEAD" };
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    }
    Ok(response)
}

fn permitted(engine: &Engine, headers: &HeaderMap, method: &str, has_form: bool) -> Result<(), Wrong> {
    guard::host(engine, headers)?;
    match method {
        "GET" | "HEAD" => Ok(()),
        "POST" if has_form => guard::origin(headers),
        _ => Err(Wrong::new(405, "The page cannot be called with this method.")),
    }
}

fn filled(headers: &HeaderMap, body: &Bytes) -> Result<Form, Wrong> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Form::read(kind, body).ok_or_else(|| Wrong::new(400, "This is not a form, or not a whole one."))
}

fn page(visit: &Visit<'_>, link: Link) -> Result<Reply, Wrong> {
    match link {
        Link::Start => Ok(Reply::Page(start::page(&visit.engine.addresses[1], &visit.engine.prefix))),
        Link::Style => Ok(Reply::Style),
        Link::Invitation(link) => invitation::answer(visit, &link),
        Link::SendPacket(numbers) => broker::send_packet(visit, &numbers),
        Link::Information(numbers) => broker::information(visit, &numbers),
        Link::Packet(numbers) => broker::packet(visit, &numbers),
    }
}
