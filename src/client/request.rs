//! A call of any operation in a form of the caller's own: the escape hatch beside the typed handles.

use crate::exec::{Funnel, answer, body};
use crate::operation::OperationInfo;
use crate::raw::ResponseValue;
use crate::resources::Download;
use crate::{Answer, Error, ErrorKind, Idempotency, Operation, Result};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use std::borrow::Cow;

mod path;

/// A call that is being put together. See [`Client::request`](crate::Client::request).
///
/// ```
/// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
/// use mycarrierpackets::Operation;
///
/// let answer = client
///     .request(Operation::PreviewCarrier)
///     .param("DOTNumber", 23868)
///     .accept("text/xml")
///     .send()
///     .await?;
/// println!("{}", String::from_utf8_lossy(&answer.body));
/// # Ok(()) }
/// ```
///
/// ```
/// use mycarrierpackets::{Idempotency, Operation};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// // A JSON body where the operation takes one.
/// let body = serde_json::json!({"DOTNumber": 23868});
/// client.request(Operation::RequestMonitoring).json(&body).send().await?;
///
/// // A document, which is not read yet.
/// let carrier = client.carriers().get("MC113843").await?;
/// let name = &carrier.documents(mycarrierpackets::models::DocumentKind::Coi)[0].name;
/// let document = client.request(Operation::GetDocument).param("name", name.as_str()).download().await?;
/// assert_eq!(document.content_type(), Some("application/pdf"));
///
/// // A path of the document is its operation, whatever is said of it here.
/// let call = client.request_path(mycarrierpackets::http::Method::POST, "/api/v1/Carrier/PreviewCarrier");
/// let call = call.idempotency(Idempotency::Read);
/// assert_eq!(call.operation(), Operation::PreviewCarrier);
/// # Ok(()) }
/// ```
#[must_use = "call `send`"]
pub struct RequestBuilder {
    funnel: Funnel,
    info: Cow<'static, OperationInfo>,
    /// Where an operation by path goes, or why it goes nowhere.
    by_path: Option<Result<path::ByPath>>,
    params: Vec<(String, String)>,
    body: Option<Result<Vec<u8>>>,
    accept: String,
}

/// The answer to a call of [`Client::request`](crate::Client::request).
#[derive(Clone)]
#[non_exhaustive]
pub struct RawAnswer {
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// Its body: JSON with references resolved, or as it came if another form was accepted.
    pub body: Bytes,
}

/// An answer whose body is not read yet.
struct Sent(Funnel, reqwest::Response, Operation);

impl Sent {
    async fn open(self) -> Result<Download> {
        let Self(funnel, answer, operation) = self;
        Download::open(funnel.setup(), operation, operation.id().to_owned(), ResponseValue::stream(answer)).await
    }
}

impl RequestBuilder {
    pub(crate) fn new(funnel: Funnel, info: &'static OperationInfo) -> Self {
        let accept = "application/json".to_owned();
        Self { funnel, info: Cow::Borrowed(info), by_path: None, params: Vec::new(), body: None, accept }
    }

    /// A call by path: the operation of that path, or one of which nothing is known.
    pub(crate) fn by_path(funnel: Funnel, method: http::Method, path: &str) -> Self {
        let parsed = path::ByPath::parse(path);
        if let Ok(asked) = &parsed
            && let Some((info, in_path)) = asked.known(&method)
        {
            let mut known = Self::new(funnel, info);
            known.params = in_path.into_iter().chain(asked.query()).collect();
            return known;
        }
        let mut unknown = Self::new(funnel, Operation::ByPath.info());
        unknown.info.to_mut().method = method;
        unknown.by_path = Some(parsed);
        unknown
    }

    /// How a call by path may be repeated. Default [`Idempotency::Once`]: only where the server cannot have acted, and
    /// not at all in a [dry run](crate::ClientBuilder::dry_run). For an operation of the document, what is known of it
    /// counts, whatever is set here.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        if self.info.operation == Operation::ByPath {
            self.info.to_mut().idempotency = idempotency;
        }
        self
    }

    /// The operation that is called; [`Operation::ByPath`] for one that the document does not have.
    pub fn operation(&self) -> Operation {
        self.info.operation
    }

    /// A parameter, in the query or, where the path has a `{name}`, in the path.
    pub fn param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }

    /// A JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body);
        self.body = Some(body.map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the body cannot be written as JSON").with_source(error)
        }));
        self
    }

    /// What form of answer to accept. Default `application/json`; `text/xml` for XML.
    pub fn accept(mut self, accept: impl Into<String>) -> Self {
        self.accept = accept.into();
        self
    }

    /// Sends it and reads the whole answer.
    ///
    /// # Errors
    /// Those of every call: see [`ErrorKind`].
    pub async fn send(self) -> Result<RawAnswer> {
        if self.info.answer == Answer::Document {
            let answer = self.answer().await?;
            let headers = answer.1.headers().clone();
            return Ok(RawAnswer { headers, body: answer.open().await?.bytes().await? });
        }
        let Sent(funnel, sent, operation) = self.answer().await?;
        let setup = funnel.setup();
        let most = body::Most::document(&setup.limits, &setup.timeouts);
        let (head, body) = answer::whole(sent, most).await.map_err(|error| error.at(operation))?;
        Ok(RawAnswer { headers: head.headers, body })
    }

    /// Sends it and hands the document on, to be saved or read: for the operations that answer with one.
    ///
    /// # Errors
    /// As [`Documents::get`](crate::resources::Documents::get); [`ErrorKind::InvalidInput`] where the operation
    /// answers with no document.
    pub async fn download(self) -> Result<Download> {
        if self.info.answer != Answer::Document {
            let error = Error::new(ErrorKind::InvalidInput, "the operation answers with no document");
            return Err(error.at(self.info.operation));
        }
        self.answer().await?.open().await
    }

    async fn answer(self) -> Result<Sent> {
        let (funnel, info) = (self.funnel.clone(), self.info.clone());
        let request = self.build().map_err(|error| error.at(info.operation))?;
        let answer = funnel.call(&info, request).await?;
        Ok(Sent(funnel, answer, info.operation))
    }

    fn build(self) -> Result<reqwest::Request> {
        let mut url = self.funnel.setup().api.clone();
        let (in_path, mut in_query): (Vec<_>, Vec<_>) =
            self.params.into_iter().partition(|(name, _)| self.info.path.contains(&format!("{{{name}}}")));
        match self.by_path {
            Some(by_path) => {
                let by_path = by_path?;
                by_path.under(&mut url);
                in_query.splice(..0, by_path.query());
            }
            None => put_path(&mut url, self.info.path, &in_path)?,
        }
        if !in_query.is_empty() {
            url.query_pairs_mut().extend_pairs(in_query);
        }
        let mut request = reqwest::Request::new(self.info.method.clone(), url);
        let accept = HeaderValue::from_str(&self.accept)
            .map_err(|error| Error::new(ErrorKind::InvalidInput, "Accept is not a header value").with_source(error))?;
        request.headers_mut().insert(header::ACCEPT, accept);
        if let Some(body) = self.body {
            request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body?.into());
        }
        Ok(request)
    }
}

fn put_path(url: &mut url::Url, template: &str, values: &[(String, String)]) -> Result<()> {
    let mut segments =
        url.path_segments_mut().map_err(|()| Error::new(ErrorKind::Config, "the API's address cannot have a path"))?;
    segments.pop_if_empty();
    for part in template.split('/').skip(1) {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let value = match name {
            None => part,
            Some(name) => values
                .iter()
                .find_map(|(given, value)| (given == name).then_some(value.as_str()))
                .filter(|value| !matches!(*value, "" | "." | ".."))
                .ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("the path needs {name}")))?,
        };
        segments.push(value);
    }
    Ok(())
}

impl std::fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestBuilder").field("operation", &self.info.operation).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawAnswer").field("body_bytes", &self.body.len()).finish_non_exhaustive()
    }
}
