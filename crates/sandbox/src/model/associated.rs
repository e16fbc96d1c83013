//! The search for carriers that share a phone or a mail address.

use crate::carrier::{Carrier, Salt, family, phone};
use crate::json::{Id, Json, k};
use crate::model::{contacts, numbers};
use crate::state::Verifications;
use crate::world::{Index, World};

/// The carriers an answer lists at most.
const MAX_FOUND: usize = 100;

const COMPANY: usize = 1;
const AUTHORIZED_USER: usize = 8;
const VERIFIED_USER: usize = 12;
const VERIFICATION_PENDING: usize = 13;
const VERIFICATION_DENIED: usize = 14;
const VERIFICATION_FOLLOW_UP: usize = 15;
const DOT_RECORD: usize = 19;
const DESCRIPTIONS: [&str; 20] = [
    "",
    "Company",
    "Support",
    "Claims",
    "Safety Manager",
    "Dispatch Service",
    "Owner",
    "Available Loads",
    "Authorized User",
    "User Authorization Pending",
    "User Authorization Denied",
    "User Authorization Follow Up",
    "Verified User",
    "User Verification Pending",
    "User Verification Denied",
    "User Verification Follow Up",
    "Driver",
    "Dispatcher",
    "MC Record",
    "DOT Record",
];

struct Found<'w> {
    carrier: Carrier<'w>,
    by_phone: Vec<usize>,
    by_email: Vec<usize>,
}

/// `FindAssociatedCarriersDTO`.
pub(crate) fn write(w: &mut Json, world: &World, phone: Option<&str>, email: Option<&str>, verified: &Verifications) {
    let found = find(world, phone, email, verified);
    w.open();
    w.flag(k!("Success"), true);
    w.maybe_text(k!("Message"), found.is_empty().then_some("No associated carriers were found."));
    w.int(k!("AssociatedCarriersCount"), found.len() as i64);
    w.raw(k!("AssociatedCarriers"));
    w.array();
    let mut types = [None; DESCRIPTIONS.len()];
    for (n, found) in found.iter().enumerate() {
        let c = &found.carrier;
        w.item(n);
        w.open();
        numbers(w, c);
        w.text(k!("CompanyName"), &c.name);
        w.maybe_text(k!("DBAName"), c.dba.as_deref());
        w.plain(k!("Street"), &c.street);
        w.plain(k!("City"), c.city);
        w.plain(k!("State"), c.state);
        w.plain(k!("ZipCode"), &c.zip);
        w.plain(k!("Country"), c.country);
        w.plain(k!("Phone"), &c.phone);
        associations(w, k!("PhoneAssociationTypes"), &found.by_phone, &mut types);
        associations(w, k!("EmailAssociationTypes"), &found.by_email, &mut types);
        w.close();
    }
    w.end_array();
    w.close();
}

/// There is one object for each type, however many carriers it applies to.
fn associations(w: &mut Json, key: &str, list: &[usize], types: &mut [Option<Id>]) {
    w.raw(key);
    w.array();
    for (n, &kind) in list.iter().enumerate() {
        w.item(n);
        if let Some(id) = types[kind] {
            w.reference(id);
            continue;
        }
        types[kind] = Some(w.open());
        w.int(k!("AssociationType"), kind as i64);
        w.plain(k!("Description"), DESCRIPTIONS[kind]);
        w.close();
    }
    w.end_array();
}

fn find<'w>(world: &'w World, phone: Option<&str>, email: Option<&str>, verified: &Verifications) -> Vec<Found<'w>> {
    let digits = phone.map(digits).unwrap_or_default();
    let mut candidates: Vec<Index> = Vec::new();
    if !digits.is_empty() {
        candidates.extend((0..world.total).filter(|&index| digits_of(world, index) == digits));
    }
    let email = email.map(|email| email.trim().to_ascii_lowercase()).unwrap_or_default();
    candidates.extend(mail_family(world, &email));
    let verification = verified.get(&email);
    candidates.extend(verification.and_then(|(index, _)| *index));
    candidates.sort_unstable();
    candidates.dedup();

    let mut found = Vec::new();
    for index in candidates.into_iter().take(MAX_FOUND) {
        let carrier = Carrier::at_start(world, index);
        let by_phone =
            if digits.is_empty() || digits_of(world, index) != digits { Vec::new() } else { vec![COMPANY, DOT_RECORD] };
        let mut by_email = if carrier.email == email {
            vec![COMPANY, DOT_RECORD]
        } else if contacts::of(&carrier).iter().any(|contact| contact.email == email) {
            vec![AUTHORIZED_USER]
        } else {
            Vec::new()
        };
        if let Some((_, status)) = verification.filter(|(own, _)| *own == Some(index)) {
            by_email.push(match *status {
                "Pending" => VERIFICATION_PENDING,
                "Denied" => VERIFICATION_DENIED,
                "FollowUp" => VERIFICATION_FOLLOW_UP,
                _ => VERIFIED_USER,
            });
        }
        if !(by_phone.is_empty() && by_email.is_empty()) {
            found.push(Found { carrier, by_phone, by_email });
        }
    }
    found
}

/// The domain of an address says which carriers can have it: it ends with the index of the elder.
fn mail_family(world: &World, email: &str) -> Vec<Index> {
    let Some(domain) = email.split_once('@').and_then(|(_, domain)| domain.strip_suffix(".example")) else {
        return Vec::new();
    };
    let number = domain.rsplit('-').next().unwrap_or_default();
    let Some(elder) = number.parse::<Index>().ok().or((domain == "sampletrucking").then_some(0)) else {
        return Vec::new();
    };
    [elder, elder.saturating_add(1)].into_iter().filter(|&i| i < world.total && family(i) == elder).collect()
}

fn digits_of(world: &World, index: Index) -> String {
    digits(&phone(&mut world.draw(family(index), Salt::Contacts as u64)))
}

/// The last ten digits: a leading 1 is the country.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('1') {
        Some(national) if national.len() == 10 => national.to_owned(),
        _ => digits,
    }
}
