//! What a carrier does on the portal: it signs a packet, with a form that the portal gave out.

use crate::customers::Customer;
use crate::customers::signature::Signature;
use crate::engine::Engine;
use crate::lock;
use crate::watch::Topic;
use crate::webhooks::delivery::sign;
use crate::world::Index;

impl Engine {
    /// The seal of a form: without it nobody can post one, and no page of another site can read it.
    pub(crate) fn seal(&self, form: &str) -> String {
        sign(&self.form_key, form.as_bytes())
    }

    /// Whether a seal is that of a form, found out in the same time wherever they differ.
    pub(crate) fn sealed(&self, form: &str, seal: &str) -> bool {
        let own = self.seal(form);
        let differ = own.bytes().zip(seal.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        own.len() == seal.len() && differ == 0
    }

    /// Has a carrier complete its packet now, as a person signed it with a form that was made when `forms` were
    /// signed. False, and nothing happens, if one was signed since.
    pub(crate) fn sign_packet(
        &self,
        customer: &Customer,
        index: Index,
        forms: u32,
        (person, title, file): (String, String, Option<String>),
    ) -> bool {
        let at = self.settle(customer);
        let signature = Signature { person, title, file, at };
        let signed = lock(&customer.state).sign_packet(index, forms, signature);
        if signed {
            self.packet_completed(customer, index, at);
            self.watch.say(Topic::Carrier, u64::from(self.world.dot(index)));
        }
        signed
    }
}
