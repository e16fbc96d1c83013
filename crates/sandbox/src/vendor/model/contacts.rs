//! The people of a carrier, for one carrier and in bulk.

use crate::customers::state::Verifications;
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::{Once, numbers};
use crate::world::Index;
use crate::world::carrier::{Carrier, Salt};
use crate::world::company::{Person, family, join};
use crate::world::hash::Draw;
use crate::world::words;

pub(crate) struct Contact {
    pub(crate) person: Person,
    pub(crate) title: &'static str,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) authorized: Option<bool>,
    pub(crate) status: Option<&'static str>,
}

/// The people of a carrier itself; the owner comes first.
pub(crate) fn of(c: &Carrier<'_>) -> Vec<Contact> {
    let mut draw = c.draw(Salt::Contacts);
    // No more people than there are.
    let drawn = draw.below(5);
    let count = if c.index == 0 { 2 } else { drawn.min(1 + c.fleet.drivers) };
    let mut contacts = Vec::with_capacity(count as usize);
    for n in 0..count {
        let person = if n == 0 { c.owner.clone() } else { Person::draw(&mut draw) };
        contacts.push(contact(c, person, n, &mut draw));
    }
    contacts
}

/// Who works for a family's elder, too, beside its own people: the first of the elder's.
fn shared(c: &Carrier<'_>, own: &[Contact]) -> Option<(Index, Contact)> {
    let elder = family(c.index);
    let first = |elder| of(&Carrier::plain(c.world, elder, c.day)).into_iter().next();
    (elder != c.index && !own.is_empty()).then(|| first(elder)).flatten().map(|contact| (elder, contact))
}

/// Everybody who is listed for a carrier, each once.
pub(crate) fn listed(c: &Carrier<'_>) -> Vec<Contact> {
    let mut contacts = of(c);
    let shared = shared(c, &contacts);
    contacts.extend(shared.map(|(_, contact)| contact));
    contacts
}

/// The owner, also of a carrier that lists nobody.
pub(crate) fn owner(c: &Carrier<'_>) -> Contact {
    let mut draw = c.draw(Salt::Contacts);
    draw.next();
    contact(c, c.owner.clone(), 0, &mut draw)
}

fn contact(c: &Carrier<'_>, person: Person, n: u32, draw: &mut Draw) -> Contact {
    let plain: String = person.last.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    // Where everybody has the same domain, the name has to say whose it is.
    let whose = if c.has_free_mail { c.index.to_string() } else { String::new() };
    let user = join(&[&plain, &n.to_string(), if whose.is_empty() { "" } else { "." }, &whose]);
    Contact {
        title: if n == 0 { "Owner" } else { draw.pick(words::TITLES) },
        phone: c.phone_of(draw),
        email: join(&[&user, "@", c.domain()]),
        authorized: if draw.hit(30) { None } else { Some(n == 0 || draw.hit(128)) },
        status: match draw.below(8) {
            0 => None,
            1 => Some("Pending"),
            2 => Some("Denied"),
            3 => Some("FollowUp"),
            4 => Some("NotVerified"),
            _ => Some("Verified"),
        },
        person,
    }
}

fn write(w: &mut Json, contact: &Contact, verified: &Verifications) -> Id {
    let id = w.open();
    w.text(k!("FirstName"), contact.person.first);
    w.plain(k!("LastName"), &contact.person.last);
    w.plain(k!("Title"), contact.title);
    w.plain(k!("Phone"), &contact.phone);
    w.plain(k!("Email"), &contact.email);
    w.maybe_flag(k!("AuthorizedForPackets"), contact.authorized);
    w.maybe_text(k!("VerificationStatus"), verified.get(&contact.email).map(|(_, status)| *status).or(contact.status));
    w.close();
    id
}

/// `GetCarrierContactsResponse`. For some carriers the owner is listed twice, as the owner and as a user.
pub(crate) fn single(w: &mut Json, c: &Carrier<'_>, verified: &Verifications) {
    w.open();
    w.flag(k!("Success"), true);
    w.null(k!("Message"));
    w.raw(k!("Carrier"));
    w.open();
    numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.raw(k!("Contacts"));
    let contacts = of(c);
    let shared = shared(c, &contacts);
    if contacts.is_empty() && c.index.is_multiple_of(2) {
        w.raw("null");
    } else {
        w.array();
        let mut owner = None;
        for (n, contact) in contacts.iter().enumerate() {
            w.item(n);
            let id = write(w, contact, verified);
            owner.get_or_insert(id);
        }
        let (mut count, twice) = (contacts.len(), owner.filter(|_| c.index % 4 == 1));
        if let Some((_, contact)) = &shared {
            w.item(count);
            write(w, contact, verified);
            count += 1;
        }
        if let Some(owner) = twice {
            w.item(count);
            w.reference(owner);
        }
        w.end_array();
    }
    w.close();
    w.close();
}

/// `MonitoredCarriersContacts`. Somebody who works for two carriers is written once.
pub(crate) fn monitored(w: &mut Json, c: &Carrier<'_>, verified: &Verifications, once: &mut Once) {
    w.open();
    numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    let contacts = of(c);
    let shared = shared(c, &contacts);
    w.raw(k!("CarriersContacts"));
    if contacts.is_empty() && c.index.is_multiple_of(2) {
        w.raw("null");
    } else {
        w.array();
        for (n, contact) in contacts.iter().enumerate() {
            w.item(n);
            let id = write(w, contact, verified);
            once.contacts.entry(c.index).or_insert(id);
        }
        if let Some((elder, contact)) = &shared {
            w.item(contacts.len());
            match once.contacts.get(elder) {
                Some(id) => w.reference(*id),
                None => {
                    let id = write(w, contact, verified);
                    once.contacts.insert(*elder, id);
                }
            }
        }
        w.end_array();
    }
    w.flag(k!("Success"), true);
    w.raw(k!("Messages"));
    match c.index % 3 {
        0 => w.raw("null"),
        1 => w.raw("[]"),
        _ => w.raw("[\"Contacts are complete.\",\"\"]"),
    }
    w.close();
}
