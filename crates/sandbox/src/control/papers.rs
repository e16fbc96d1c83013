//! The papers of carriers, as the operations give them and with a browser in mind: shown in place.

use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad, missing};
use crate::customers::Customer;
use crate::vendor;
use crate::vendor::answer::{Answer, Body};
use crate::vendor::request::Params;

/// The document of a blob name, as GetDocument answers it to the customer.
pub(super) fn document(call: &Call<'_>, customer: &Customer) -> Result {
    let Some(name) = call.params.get("name") else {
        return Err(bad(Code::InvalidValue, "name must be the blob name of a document, as GetCarrierData gives it"));
    };
    let now = call.engine.settle(customer);
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("name", name).finish();
    let params = Params::parse(query.as_bytes());
    let asked = call.engine.call(customer, &params, now);
    let operation = vendor::OPERATIONS.iter().find(|operation| operation.name == "GetDocument");
    let answer = operation.and_then(|operation| (operation.run)(&asked).ok());
    answer.and_then(file).ok_or_else(|| {
        let error = "there is no document of this name, or its name has expired";
        Refusal::new(404, Code::UnknownDocument, error, "Take a name of GET /__sandbox/carriers/{dot}.")
    })
}

/// All papers of a carrier in one file, as the portal's download has them.
pub(super) fn packet(call: &Call<'_>, customer: &Customer, dot: &str) -> Result {
    let now = call.engine.settle(customer);
    let params = Params::parse(b"");
    let answer = vendor::documents::packet(&call.engine.call(customer, &params, now), dot).ok();
    let none = || missing(Code::UnknownDocument, "this carrier has completed no packet", "/__sandbox/carriers");
    answer.and_then(file).ok_or_else(none)
}

fn file(answer: Answer) -> Option<Reply> {
    match answer.body {
        Body::File { kind, bytes } => Some(Reply::File(kind, bytes)),
        _ => None,
    }
}
