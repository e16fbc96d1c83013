//! The data of single carriers, read because something names them.

use super::again::{PAUSE, Row, next_try, soon};
use super::poll::differs;
use super::read::Read;
use super::tick::Turn;
#[cfg(feature = "documents")]
use super::tick::micros;
use crate::carrier::id_of;
#[cfg(feature = "documents")]
use crate::documents::Documents;
use crate::error::Error;
use crate::private;
#[cfg(feature = "documents")]
use crate::store::documents::Named;
use crate::store::events::Event;
use crate::store::leases::Held;
use crate::store::sections::{Observation, observe};
use crate::store::wanted::{self, FEED, SECTION, Wanted};
use crate::store::{self, Tx, aliases, events, leases};
use mycarrierpackets::Operation;
#[cfg(feature = "documents")]
use mycarrierpackets::models::{CarrierData, DocumentKind};
use serde_json::Value;

/// Carriers of one turn: the rest waits, and others come in between.
const AT_ONCE: u32 = 50;

impl Turn<'_> {
    /// Where documents are kept, a carrier's data is read when something of the carrier changed, and once anyway: it names
    /// the documents.
    pub(super) async fn follow(&self, held: &Held<'_>, carrier: &str, changed: bool) -> Result<(), store::Error> {
        if self.keeps_documents() && (changed || !wanted::is_followed(held, carrier).await?) {
            wanted::want(held, carrier).await?;
        }
        Ok(())
    }

    #[cfg(feature = "documents")]
    fn keeps_documents(&self) -> bool {
        self.engine.documents.is_some()
    }

    #[cfg(not(feature = "documents"))]
    fn keeps_documents(&self) -> bool {
        false
    }

    /// Reads the carriers that are due, up to a number.
    pub(super) async fn data(&self) -> Result<Option<Read>, Error> {
        let Some(began_at) = self.attempt(FEED, PAUSE).await? else { return Ok(None) };
        let (mut read, mut row) = (Read::of(FEED, began_at), Row::default());
        let due = async |tx: Tx| wanted::due(&tx, self.claim.customer(), tx.now().await?, AT_ONCE).await;
        for carrier in self.engine.store().read(due).await? {
            match self.read_data(&carrier).await {
                Ok(events) => {
                    row.succeeded();
                    (read.rows, read.events) = (read.rows + 1, read.events + events);
                }
                Err(Error::Vendor(error)) => {
                    let failed = row.failed(&error);
                    // Last in the row: one that alone brings such an answer holds up no other.
                    self.note_unread(&carrier, &error.to_string(), failed.counts).await?;
                    read.rejected += u64::from(failed.counts);
                    if failed.with_all {
                        read.error = Some(error.into());
                        return Ok(Some(read));
                    }
                }
                Err(Error::Usage(what)) => {
                    self.note_unread(&carrier, &what, true).await?;
                    read.rejected += 1;
                }
                Err(error) => return Err(error),
            }
        }
        self.rest(&read, async |tx| wanted::next_due(tx, self.claim.customer()).await).await?;
        Ok(Some(read))
    }

    /// Reads one carrier; how many events came of it.
    async fn read_data(&self, wanted: &Wanted) -> Result<u64, Error> {
        let unfit = |what: &str| Error::Usage(format!("{}: {what}", wanted.carrier));
        let id = id_of(&wanted.carrier).ok_or_else(|| unfit("no number to ask by"))?;
        let request = self.client.request(Operation::GetCarrierData);
        let request = match (id.dot_number(), id.docket_number()) {
            (Some(dot), _) => request.param("DOTNumber", dot),
            (None, Some(docket)) => request.param("DocketNumber", docket.as_str()),
            (None, None) => return Err(unfit("no DOT or docket number to ask by")),
        };
        let answer = request.send().await?;
        let mut document: Value = serde_json::from_slice(&answer.body).map_err(|_| unfit("the answer is not JSON"))?;
        if !document.is_object() {
            return Err(unfit("the answer is not a carrier"));
        }
        #[cfg(feature = "documents")]
        let named = match &self.engine.documents {
            Some(documents) => named(documents, &document).map_err(|what| unfit(&what))?,
            None => Vec::new(),
        };
        if !self.engine.settings.keep_private {
            private::remove(&mut document);
        }
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let carrier = aliases::resolve(&held, &wanted.carrier, &[]).await?.carrier;
            let seen = Observation { carrier: &carrier, section: SECTION, source: SECTION, document: &document, at };
            let observed = observe(&held, &seen).await?;
            let mut made: Vec<Event> = Vec::new();
            if !observed.changes.is_empty() {
                made.push(differs(held.customer(), &carrier, SECTION, &observed, at));
            }
            #[cfg(feature = "documents")]
            if let Some(documents) = &self.engine.documents {
                let again_before = at.saturating_sub(micros(documents.again_after()));
                store::documents::name(&held, &carrier, &named, again_before).await?;
            }
            wanted::done(&held, &wanted.carrier).await?;
            let numbers = events::append(&held, &made).await?;
            Ok::<_, store::Error>(numbers.iter().flatten().count() as u64)
        };
        Ok(self.engine.store().transaction(work).await?)
    }

    /// Notes why a carrier was not read, and that this was a try of it, if it was.
    async fn note_unread(&self, wanted: &Wanted, error: &str, counts: bool) -> Result<(), Error> {
        let note = async |tx: Tx| {
            let now = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            if !counts {
                return wanted::postpone(&held, &wanted.carrier, error, soon(now)).await;
            }
            wanted::failed(&held, &wanted.carrier, error, next_try(now, wanted.attempts + 1)).await
        };
        Ok(self.engine.store().transaction(note).await?)
    }
}

/// The documents that the data of a carrier names.
#[cfg(feature = "documents")]
fn named(documents: &Documents, document: &Value) -> Result<Vec<Named>, String> {
    let data: CarrierData = serde_json::from_value(document.clone())
        .map_err(|error| format!("the names of its documents cannot be read: {error}"))?;
    let named = |(kind, name): (DocumentKind, String)| Named { kind: kind.as_str().to_owned(), name };
    Ok(documents.named(&data).into_iter().map(named).collect())
}
