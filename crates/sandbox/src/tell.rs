//! What comes due, and the webhooks that are told of it.

use std::sync::Arc;

use crate::carrier::Carrier;
use crate::clock::Ticks;
use crate::customers::Customer;
use crate::lock;
use crate::shared::Shared;
use crate::state::{Awaited, UserRequest, VinRequest};
use crate::vendor::{Incident, Told};
use crate::webhook::{Webhook, WebhookEvent, body};
use crate::world::Index;

impl Shared {
    /// Lets happen what came due, and says what time it is.
    pub(crate) fn settle(&self, customer: &Customer) -> Ticks {
        let now = self.settle_vendor();
        self.settle_customer(customer, now);
        now
    }

    pub(crate) fn settle_vendor(&self) -> Ticks {
        let now = self.clock.now();
        let told = lock(&self.vendor).settle(&self.world, now);
        for told in told {
            self.tell_incident(told);
        }
        now
    }

    fn settle_customer(&self, customer: &Customer, now: Ticks) {
        let happened = lock(&customer.state).settle(now);
        for (at, awaited) in happened {
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
        for (_, webhook) in self.webhooks.all() {
            if let Some(customer) = self.customers.known(&webhook.customer) {
                self.settle_customer(&customer, now);
            }
        }
    }

    /// The webhooks that want an event, each with its customer.
    fn listeners(&self, event: WebhookEvent) -> Vec<(u64, Webhook, Arc<Customer>)> {
        let wanting = self.webhooks.all().into_iter().filter(|(_, webhook)| webhook.wants(event));
        let with = |(id, webhook): (u64, Webhook)| {
            let customer = self.customers.of(&webhook.customer, &self.world)?;
            Some((id, webhook, customer))
        };
        wanting.filter_map(with).collect()
    }

    fn load(&self, customer: &Customer, index: Index, at: Ticks) -> (Carrier<'_>, u32) {
        let vendor = lock(&self.vendor);
        let standing = lock(&customer.state).standing(&self.world, &vendor, index, at);
        (Carrier::new(&self.world, index, standing.facts, at), standing.blobs)
    }

    /// Incidents are told to those who monitor the carrier.
    pub(crate) fn tell_incident(&self, told: Told) {
        let event = WebhookEvent::of(told.report);
        for (id, webhook, customer) in self.listeners(event) {
            if lock(&customer.state).monitored.contains(told.index) {
                let (carrier, _) = self.load(&customer, told.index, told.at);
                let known = carrier.facts.incidents.iter().find(|incident| incident.number == told.number).cloned();
                let incident = known.unwrap_or_else(|| reported(told.number, told.at));
                self.send(id, &webhook, event, told.at, Some(&carrier), body::incident(&carrier, &incident));
            }
        }
    }

    /// A packet that a carrier completed without an invitation is told to all.
    pub(crate) fn tell_packet(&self, index: Index, at: Ticks) {
        for (id, webhook, customer) in self.listeners(WebhookEvent::PacketCompleted) {
            self.send_packet(id, &webhook, &customer, index, at);
        }
    }

    fn send_packet(&self, id: u64, webhook: &Webhook, customer: &Customer, index: Index, at: Ticks) -> u64 {
        let (carrier, blobs) = self.load(customer, index, at);
        let detail = body::agreement(&carrier, at, blobs);
        self.send(id, webhook, WebhookEvent::PacketCompleted, at, Some(&carrier), detail)
    }

    fn tell_awaited(&self, customer: &Customer, at: Ticks, awaited: Awaited) {
        let event = match awaited {
            Awaited::Packet(_) => WebhookEvent::PacketCompleted,
            Awaited::Vin(..) => WebhookEvent::VinVerificationCompleted,
            Awaited::User(_) => WebhookEvent::UserVerificationCompleted,
        };
        for (id, webhook, owner) in self.listeners(event) {
            if owner.name != customer.name {
                continue;
            }
            match awaited {
                Awaited::Packet(index) => drop(self.send_packet(id, &webhook, customer, index, at)),
                Awaited::Vin(index, number) => {
                    let requests = lock(&customer.state).vin_requests.get(&index).cloned().unwrap_or_default();
                    if let Some(request) = requests.iter().find(|request| request.id == number) {
                        let (carrier, blobs) = self.load(customer, index, at);
                        self.send(id, &webhook, event, at, Some(&carrier), body::vin(&carrier, request, blobs));
                    }
                }
                Awaited::User(number) => {
                    let requests = lock(&customer.state).user_requests.clone();
                    if let Some(request) = requests.iter().find(|request| request.id == number) {
                        let carrier = request.index.map(|index| self.load(customer, index, at).0);
                        self.send(id, &webhook, event, at, carrier.as_ref(), body::user(&self.world, request));
                    }
                }
            }
        }
    }

    /// Sends an event by hand: of what there is of the carrier, or as if there were; the number of the delivery.
    pub(crate) fn send_event(&self, id: u64, event: WebhookEvent, index: Index) -> Option<u64> {
        let webhook = self.webhooks.all().remove(&id)?;
        let customer = self.customers.of(&webhook.customer, &self.world)?;
        let now = self.settle(&customer);
        let (carrier, blobs) = self.load(&customer, index, now);
        let detail = match event {
            WebhookEvent::PacketCompleted => body::agreement(&carrier, now, blobs),
            WebhookEvent::IncidentReportCreated
            | WebhookEvent::IncidentReportUpdated
            | WebhookEvent::IncidentReportRetracted => {
                let known = carrier.facts.incidents.last().cloned();
                body::incident(&carrier, &known.unwrap_or_else(|| reported(0, now)))
            }
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
        Some(self.send(id, &webhook, event, now, Some(&carrier), detail))
    }

    fn send(
        &self,
        id: u64,
        webhook: &Webhook,
        event: WebhookEvent,
        at: Ticks,
        carrier: Option<&Carrier<'_>>,
        detail: (&str, serde_json::Value),
    ) -> u64 {
        if !webhook.push {
            return self.webhooks.enqueue(id, event, webhook.url.clone(), body::write(event, at, carrier, detail), at);
        }
        let mut url = webhook.url.trim_end_matches('/').to_owned();
        if let Some(carrier) = carrier {
            let numbers = [Some(carrier.dot.to_string()), carrier.docket_text()];
            for number in numbers.into_iter().flatten() {
                url.push('/');
                url.push_str(&number);
            }
        }
        self.webhooks.enqueue(id, event, url, String::new(), at)
    }
}

fn reported(number: u32, created: Ticks) -> Incident {
    Incident { number, created, modified: None, retracted: false }
}
