//! What becomes of the answer to a call that a fault applies to.

use serde_json::Value;

use crate::vendor::answer::{Answer, Body, Failure};
use crate::wire::fault::kind::{Kind, Nowhere};
use crate::wire::fault::{no, odd};
use crate::world::clock::{SECOND, Ticks};

const PAGING: &str = "x-pagination";
const IIS_NOT_FOUND: &str = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \
    \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\r\n<html xmlns=\"http://www.w3.org/1999/xhtml\">\r\n<head>\r\n\
    <title>404 - File or directory not found.</title>\r\n</head>\r\n<body>\r\n<h1>Server Error</h1>\r\n\
    <h2>404 - File or directory not found.</h2>\r\n<h3>The resource you are looking for might have been removed, \
    had its name changed, or is temporarily unavailable.</h3>\r\n</body>\r\n</html>\r\n";

impl Kind {
    /// The answer to a call that is not carried out.
    pub(crate) fn before_work(&self, now: Ticks) -> Option<Answer> {
        match *self {
            Self::Status { code, retry_after, retry_after_as_date } => {
                let failure = Failure::new(code, message(code));
                Some(Answer::from(match retry_after {
                    None => failure,
                    Some(seconds) if retry_after_as_date => {
                        failure.header("retry-after", now.plus(i64::from(seconds) * SECOND).rfc1123())
                    }
                    Some(seconds) => failure.header("retry-after", seconds.to_string()),
                }))
            }
            Self::Page { code } => Some(Answer::page(code)),
            Self::Login {} => {
                Some(Answer::page(302).header("location", format!("{}?ReturnUrl=%2f", crate::wire::router::SIGN_IN)))
            }
            Self::OddRetryAfter { code, form } => {
                let failure = Failure::new(code, message(code));
                Some(failure.header("retry-after", form.header(now)).into())
            }
            Self::SaysNo { form } => Some(form.answer()),
            Self::ModelState {} => Some(Failure::invalid("carrier", "The value is not valid.").into()),
            Self::ServerNotFound { by: Nowhere::Iis } => Some(Answer { status: 404, ..Answer::page_of(IIS_NOT_FOUND) }),
            Self::ServerNotFound { by: Nowhere::AspNet } => {
                let what = "No HTTP resource was found that matches the request URI.";
                Some(Failure::not_found(what).detail("No type was found that matches the controller.").into())
            }
            Self::BlobForbidden {} => Some(no::blob_forbidden(now)),
            Self::RefusedRefresh {} => Some(Answer::token(400, br#"{"error":"invalid_grant"}"#.to_vec())),
            _ => None,
        }
    }

    /// What becomes of the answer to a call that was carried out.
    pub(crate) fn after_work(&self, mut answer: Answer) -> Answer {
        match self {
            Self::AfterWork { code } => return Failure::new(*code, message(*code)).into(),
            Self::MessageInstead {} => {
                return Answer { status: 200, ..Failure::new(200, "The service is being maintained.").into() };
            }
            Self::BrokenJson {} => on_bytes(&mut answer.body, |bytes| bytes.truncate(bytes.len() / 2)),
            Self::EmptyBody {} => on_bytes(&mut answer.body, Vec::clear),
            Self::UnknownFields {} => on_json(&mut answer.body, odd::unknown_fields),
            Self::MissingFields {} => on_json(&mut answer.body, odd::missing_fields),
            Self::UnknownValues {} => on_json(&mut answer.body, odd::unknown_values),
            Self::Nulls {} => on_json(&mut answer.body, odd::nulls),
            Self::NumbersAsText {} => on_json(&mut answer.body, odd::numbers_as_text),
            Self::ObjectForList {} => on_json(&mut answer.body, odd::object_for_list),
            Self::WrappedLists {} => on_json(&mut answer.body, |value| odd::wrapped_lists(value, &mut 100_000)),
            Self::DanglingReference {} => on_json(&mut answer.body, |value| {
                odd::dangling(value);
            }),
            Self::EmptyObject {} => on_bytes(&mut answer.body, |bytes| *bytes = b"{}".to_vec()),
            Self::InvalidUtf8 {} => on_raw(&mut answer.body, odd::invalid_utf8),
            Self::DuplicateKeys {} => on_raw(&mut answer.body, odd::duplicate_keys),
            Self::HugeNumbers {} => on_raw(&mut answer.body, odd::huge_numbers),
            Self::WrongTypes {} => on_json(&mut answer.body, |value| odd::wrong_types(value, false)),
            Self::CutBody {} => {
                on_bytes(&mut answer.body, |bytes| bytes.truncate(bytes.len() / 2));
                answer.body = answer.body.whole();
            }
            Self::NoPagination {} => answer.headers.retain(|(name, _)| *name != PAGING),
            Self::BrokenPagination {} => {
                for (_, value) in answer.headers.iter_mut().filter(|(name, _)| *name == PAGING) {
                    value.truncate(value.len() / 2);
                }
            }
            Self::DoublePagination {} => {
                let twice = answer.headers.iter().find(|(name, _)| *name == PAGING).cloned();
                answer.headers.extend(twice);
            }
            _ => {}
        }
        answer
    }
}

fn message(code: u16) -> &'static str {
    match code {
        400 => "The request is invalid.",
        401 | 403 => "Authorization has been denied for this request.",
        404 => "No carrier was found.",
        408 => "The request timed out.",
        429 => "Too many requests.",
        _ => "An error has occurred.",
    }
}

fn on_bytes(body: &mut Body, change: impl FnOnce(&mut Vec<u8>)) {
    match body {
        Body::Api { json: bytes, .. } | Body::Json(bytes) | Body::File { bytes, .. } => change(bytes),
        Body::Page(_) => {}
    }
}

/// Changes JSON into bytes that are none.
fn on_raw(body: &mut Body, change: fn(&mut Value) -> Vec<u8>) {
    on_bytes(body, |bytes| {
        if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
            *bytes = change(&mut value);
        }
    });
}

fn on_json(body: &mut Body, change: impl FnOnce(&mut Value)) {
    on_bytes(body, |bytes| {
        if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
            change(&mut value);
            *bytes = value.to_string().into_bytes();
        }
    });
}
