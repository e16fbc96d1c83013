//! Who signs for a carrier: in its packet, in the webhook about it and on its papers.

use crate::customers::signature::Signature;
use crate::vendor::model::contacts;
use crate::world::carrier::{Carrier, Salt};

/// Who signed an agreement.
pub(crate) struct Signer {
    pub(crate) person: String,
    pub(crate) title: String,
    pub(crate) email: String,
    pub(crate) phone: String,
}

impl Signer {
    /// Whoever signed on the portal; else one of the carrier's people, the owner if there is nobody else.
    pub(crate) fn of(c: &Carrier<'_>, signature: Option<&Signature>) -> Self {
        let people = contacts::of(c);
        let n = c.draw(Salt::Agreement).below(people.len().max(1) as u32) as usize;
        let contact = people.into_iter().nth(n).unwrap_or_else(|| contacts::owner(c));
        let own = Self {
            person: contact.person.full(),
            title: contact.title.to_owned(),
            email: contact.email,
            phone: contact.phone,
        };
        match signature {
            // The portal asks for no address of theirs: it has that of the carrier.
            Some(Signature { person, title, .. }) => {
                Self { person: person.clone(), title: title.clone(), email: c.email.clone(), phone: c.phone.clone() }
            }
            None => own,
        }
    }
}
