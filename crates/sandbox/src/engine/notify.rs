//! What comes due, and the webhooks that report it.

use std::sync::Arc;

use url::Url;

use crate::customers::Customer;
use crate::customers::signature::Signature;
use crate::customers::state::{Awaited, UserRequest, VinRequest};
use crate::engine::Engine;
use crate::lock;
use crate::vendor::messages;
use crate::watch::Topic;
use crate::webhooks::body::{self, Body};
use crate::webhooks::{Webhook, WebhookEvent, Whose};
use crate::world::Index;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::facts::Report;
use crate::world::history::{Notice, What};

/// A webhook with its number and its customer.
type Listener = (u64, Webhook, Arc<Customer>);

/// A carrier as a customer sees it, the generation of its blob names, and who signed its packet on the portal.
type Loaded<'w> = (Carrier<'w>, u32, Option<Arc<Signature>>);

impl Engine {
    /// Lets happen what came due, and says what time it is.
    pub(crate) fn settle(&self, customer: &Customer) -> Ticks {
        let now = self.settle_vendor();
        self.settle_customer(customer, now);
        now
    }

    pub(crate) fn settle_vendor(&self) -> Ticks {
        let now = self.clock.now();
        let notices = lock(&self.history).settle(&self.world, now);
        for notice in &notices {
            self.watch.say(Topic::Carrier, u64::from(self.world.dot(notice.index)));
        }
        if !self.webhooks.is_empty() {
            for notice in &notices {
                for listener in self.listeners(event_of(notice)) {
                    self.notify(&listener, notice);
                }
            }
        }
        now
    }

    fn settle_customer(&self, customer: &Customer, now: Ticks) {
        let happened = lock(&customer.state).settle(now);
        for (at, awaited) in happened {
            if let Awaited::Packet(index) | Awaited::Vin(index, _) = awaited {
                self.watch.say(Topic::Carrier, u64::from(self.world.dot(index)));
            }
            self.tell_awaited(customer, at, awaited);
        }
    }

    /// The same for everybody.
    pub(crate) fn settle_all(&self) {
        let now = self.settle_vendor();
        for customer in self.customers.all() {
            self.settle_customer(&customer, now);
        }
    }

    /// The same for all who have webhooks.
    pub(crate) fn settle_subscribers(&self) {
        let now = self.settle_vendor();
        for name in self.webhooks.subscribers() {
            if let Some(customer) = self.customers.known(&name) {
                self.settle_customer(&customer, now);
            }
        }
    }

    /// Waits until all that happened so far was sent to the webhooks that are meant.
    pub(crate) async fn flushed(&self, whose: Whose<'_>) {
        self.settle_subscribers();
        self.webhooks.sent(whose, self.clock.now()).await;
    }

    /// Subscribes to what happens from now on.
    pub(crate) fn subscribe(&self, webhook: Webhook) -> Result<u64, String> {
        self.settle_all();
        self.webhooks.add(webhook)
    }

    /// The webhooks that want an event, each with its customer.
    fn listeners(&self, event: WebhookEvent) -> Vec<Listener> {
        let with = |(id, webhook): (u64, Webhook)| {
            let customer = self.customers.of(&webhook.customer, &self.world)?;
            Some((id, webhook, customer))
        };
        self.webhooks.wanting(event).into_iter().filter_map(with).collect()
    }

    fn load(&self, customer: &Customer, index: Index, at: Ticks) -> Loaded<'_> {
        let vendor = lock(&self.history);
        let standing = customer.standing(&self.world, &vendor, index, at);
        (Carrier::new(&self.world, index, standing.facts, at), standing.blobs, standing.signature)
    }

    /// Notifies one customer of something, in all of the customer's webhooks that want it.
    pub(crate) fn notify_customer(&self, customer: &Customer, notice: &Notice) {
        for listener in self.listeners(event_of(notice)).iter().filter(|(_, _, owner)| owner.name == customer.name) {
            self.notify(listener, notice);
        }
    }

    fn notify(&self, (id, webhook, customer): &Listener, notice: &Notice) {
        let Notice { at, index, what } = notice;
        // Packets are reported to all, and incidents to those who monitor the carrier.
        if matches!(what, What::Incident(..)) && !lock(&customer.state).monitored.contains(*index) {
            return;
        }
        let (carrier, blobs, signature) = self.load(customer, *index, *at);
        let detail = match what {
            What::Packet => body::agreement(&carrier, *at, (blobs, &customer.broker), signature.as_deref()),
            What::Incident(_, incident) => body::incident(&carrier, incident),
        };
        self.send(*id, webhook, customer, (event_of(notice), *at, Some(&carrier), detail));
    }

    /// Notifies one customer of a packet that came for it alone: in its webhooks, and by email.
    pub(crate) fn packet_completed(&self, customer: &Customer, index: Index, at: Ticks) {
        self.notify_customer(customer, &Notice { at, index, what: What::Packet });
        let (carrier, ..) = self.load(customer, index, at);
        messages::packet_completed(customer, &carrier, at);
    }

    fn tell_awaited(&self, customer: &Customer, at: Ticks, awaited: Awaited) {
        let event = match awaited {
            Awaited::Packet(index) => return self.packet_completed(customer, index, at),
            Awaited::Vin(..) => WebhookEvent::VinVerificationCompleted,
            Awaited::User(_) => WebhookEvent::UserVerificationCompleted,
        };
        for (id, webhook, owner) in self.listeners(event) {
            if owner.name != customer.name {
                continue;
            }
            match awaited {
                Awaited::Packet(_) => {}
                Awaited::Vin(index, number) => {
                    let requests = lock(&customer.state).vin_requests.get(&index).cloned().unwrap_or_default();
                    if let Some(request) = requests.iter().find(|request| request.id == number) {
                        let (carrier, blobs, _) = self.load(customer, index, at);
                        let detail = body::vin(&carrier, request, blobs);
                        self.send(id, &webhook, customer, (event, at, Some(&carrier), detail));
                    }
                }
                Awaited::User(number) => {
                    let requests = lock(&customer.state).user_requests.clone();
                    if let Some(request) = requests.iter().find(|request| request.id == number) {
                        let carrier = request.index.map(|index| self.load(customer, index, at).0);
                        let detail = body::user(&self.world, request);
                        self.send(id, &webhook, customer, (event, at, carrier.as_ref(), detail));
                    }
                }
            }
        }
    }

    /// Sends an event by hand: of what there is of the carrier, or as if there were; the number of the delivery.
    pub(crate) fn send_event(&self, id: u64, event: WebhookEvent, index: Index) -> Option<u64> {
        let webhook = self.webhooks.get(id)?;
        let customer = self.customers.of(&webhook.customer, &self.world)?;
        let now = self.settle(&customer);
        let (carrier, blobs, signature) = self.load(&customer, index, now);
        let detail = match event {
            WebhookEvent::PacketCompleted => {
                body::agreement(&carrier, now, (blobs, &customer.broker), signature.as_deref())
            }
            WebhookEvent::IncidentReportCreated => body::incident_by_hand(&carrier, Report::Created, now),
            WebhookEvent::IncidentReportUpdated => body::incident_by_hand(&carrier, Report::Updated, now),
            WebhookEvent::IncidentReportRetracted => body::incident_by_hand(&carrier, Report::Retracted, now),
            WebhookEvent::VinVerificationCompleted => {
                let known = lock(&customer.state).vin_requests.get(&index).and_then(|all| all.last().cloned());
                let (phone, user) = ("(312) 555-0142".to_owned(), webhook.customer.clone());
                let made = || VinRequest { id: 1, phone, user, at: now, done: Some(now) };
                body::vin(&carrier, &known.unwrap_or_else(made), blobs)
            }
            WebhookEvent::UserVerificationCompleted => {
                let known = lock(&customer.state).user_requests.last().cloned();
                let made = || UserRequest { id: 1, email: carrier.email.clone(), index: Some(index), done: Some(now) };
                body::user(&self.world, &known.unwrap_or_else(made))
            }
        };
        Some(self.send(id, &webhook, &customer, (event, now, Some(&carrier), detail)))
    }

    fn send(
        &self,
        id: u64,
        webhook: &Webhook,
        customer: &Customer,
        (event, at, carrier, detail): (WebhookEvent, Ticks, Option<&Carrier<'_>>, (&str, serde_json::Value)),
    ) -> u64 {
        if webhook.push {
            return self.webhooks.enqueue(id, event, &pushed(&webhook.url, carrier), "", at);
        }
        let body = body::write(&Body { event, at, carrier, broker: &customer.broker }, detail);
        self.webhooks.enqueue(id, event, &webhook.url, &body, at)
    }
}

fn event_of(notice: &Notice) -> WebhookEvent {
    match notice.what {
        What::Packet => WebhookEvent::PacketCompleted,
        What::Incident(report, _) => WebhookEvent::of(report),
    }
}

/// The address of the older model: the numbers of the carrier after the path, before the query.
fn pushed(address: &str, carrier: Option<&Carrier<'_>>) -> String {
    // It was looked at when the webhook was added.
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if let (Some(carrier), Ok(mut path)) = (carrier, url.path_segments_mut()) {
        path.pop_if_empty().push(&carrier.dot.to_string()).extend(carrier.docket_text());
    }
    url.into()
}
