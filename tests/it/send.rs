//! What may cross threads: clients, streams, and the future of every call. Checked by the compiler.

use mycarrierpackets::models::DocumentKind;
use mycarrierpackets::models::{CarrierChange, CarrierDetails, MonitoredCarrier};
use mycarrierpackets::resources::{AssociatedQuery, Download, Invitation, Saved, UserVerification, VinVerification};
use mycarrierpackets::types::{BlobName, DotNumber};
use mycarrierpackets::{
    Client, ClientBuilder, Error, Operation, Page, Pager, Pages, RawAnswer, RequestBuilder, Window,
};
use std::path::PathBuf;

fn require_send<T: Send>(_: T) {}
fn require_static<T: Send + Sync + 'static>() {}

#[test]
fn clients_and_errors_are_shared_between_threads() {
    fn cheap<T: Clone + Send + Sync + 'static>() {}
    cheap::<Client>();
    cheap::<RawAnswer>();
    require_static::<ClientBuilder>();
    require_static::<Error>();
    require_static::<Saved>();
    require_static::<Page<CarrierDetails>>();
    require_send::<Option<Download>>(None);
    require_send::<Option<RequestBuilder>>(None);
    require_send::<Option<Pager<MonitoredCarrier>>>(None);
    require_send::<Option<Pages<CarrierChange>>>(None);
}

// Compiled, never run.
#[allow(dead_code, clippy::too_many_arguments)]
fn futures_are_send(
    client: &Client,
    window: Window,
    dot: DotNumber,
    blob: &BlobName,
    invitation: &Invitation,
    person: &UserVerification,
    vehicle: &VinVerification,
    download: (Download, Download, Download),
) {
    let carriers = client.carriers();
    require_send(client.check_token());
    require_send(carriers.preview("23868"));
    require_send(carriers.get("23868"));
    require_send(carriers.contacts("23868"));
    require_send(carriers.risk("23868"));
    require_send(carriers.incidents("23868"));
    require_send(carriers.vins("23868"));
    require_send(carriers.associated(AssociatedQuery::new()));
    require_send(client.invitations().send(invitation));
    require_send(client.packets().completed(window));
    require_send(client.packets().download(dot));
    let monitoring = client.monitoring();
    require_send(monitoring.list().read_all(1));
    require_send(monitoring.data());
    require_send(monitoring.contacts());
    require_send(monitoring.risk());
    require_send(monitoring.changes(window).pages());
    require_send(monitoring.add("23868"));
    require_send(monitoring.remove("23868"));
    require_send(client.blocking().list());
    require_send(client.blocking().add("23868"));
    require_send(client.blocking().remove("23868"));
    require_send(client.verification().user(person));
    require_send(client.verification().vin(vehicle));
    require_send(client.factoring().updated(window));
    require_send(client.factoring().updated_since(window.start()));
    let documents = client.documents();
    require_send(documents.get(blob));
    require_send(documents.current("23868", DocumentKind::Coi));
    require_send(documents.current_from(blob, "23868", DocumentKind::Coi));
    require_send(documents.save_many([blob.clone()], PathBuf::new(), 2));
    let (saved, saved_in, read) = download;
    require_send(saved.save("coi.pdf"));
    require_send(saved_in.save_in("."));
    require_send(read.bytes());
    require_send(client.request(Operation::PreviewCarrier).send());
    require_send(client.raw().preview_carrier(None, None));
}
