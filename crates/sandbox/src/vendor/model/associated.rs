//! The search for carriers that share a phone or an email address.

use crate::customers::state::Verifications;
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::contacts::{self, Contact};
use crate::vendor::model::numbers;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::company::{FREE_MAIL, family, main_phone};
use crate::world::{Index, World};

/// The carriers an answer lists at most.
const MAX_FOUND: usize = 100;

const COMPANY: usize = 1;
const SUPPORT: usize = 2;
const CLAIMS: usize = 3;
const SAFETY_MANAGER: usize = 4;
const DISPATCH_SERVICE: usize = 5;
const OWNER: usize = 6;
const AVAILABLE_LOADS: usize = 7;
const AUTHORIZED_USER: usize = 8;
const AUTHORIZATION_PENDING: usize = 9;
const AUTHORIZATION_DENIED: usize = 10;
const AUTHORIZATION_FOLLOW_UP: usize = 11;
const VERIFIED_USER: usize = 12;
const VERIFICATION_PENDING: usize = 13;
const VERIFICATION_DENIED: usize = 14;
const VERIFICATION_FOLLOW_UP: usize = 15;
const DRIVER: usize = 16;
const DISPATCHER: usize = 17;
const MC_RECORD: usize = 18;
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
pub(crate) fn write(
    w: &mut Json,
    world: &World,
    now: Ticks,
    phone: Option<&str>,
    email: Option<&str>,
    verified: &Verifications,
) {
    let found = find(world, now, phone, email, verified);
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
        w.plain(k!("ZipCode"), c.zip);
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

fn find<'w>(
    world: &'w World,
    now: Ticks,
    phone: Option<&str>,
    email: Option<&str>,
    verified: &Verifications,
) -> Vec<Found<'w>> {
    let digits = phone.map(digits).unwrap_or_default();
    let mut candidates: Vec<Index> = Vec::new();
    if !digits.is_empty() {
        candidates.extend((0..world.total).filter(|&index| digits_of(world, index) == digits));
    }
    let email = email.map(|email| email.trim().to_ascii_lowercase()).unwrap_or_default();
    candidates.extend(mail_family(world, &email));
    if let Some((_, domain)) = email.split_once('@') {
        candidates.extend(world.gifts.with_domain(domain));
    }
    let verification = verified.get(&email);
    candidates.extend(verification.and_then(|(index, _)| *index));
    candidates.sort_unstable();
    candidates.dedup();

    let mut found = Vec::new();
    for index in candidates.into_iter().take(MAX_FOUND) {
        let carrier = Carrier::plain(world, index, now);
        let by_phone = match digits.is_empty() || digits_of(world, index) != digits {
            true => Vec::new(),
            false => of_company(&carrier),
        };
        let mut by_email = if carrier.email == email {
            of_company(&carrier)
        } else {
            let contacts = contacts::of(&carrier);
            contacts.iter().find(|contact| contact.email == email).map(of_person).unwrap_or_default()
        };
        if let Some((_, status)) = verification.filter(|(own, _)| *own == Some(index)) {
            by_email.retain(|kind| !(VERIFIED_USER..=VERIFICATION_FOLLOW_UP).contains(kind));
            by_email.extend(of_verification(status));
        }
        if !(by_phone.is_empty() && by_email.is_empty()) {
            found.push(Found { carrier, by_phone, by_email });
        }
    }
    found
}

/// What the phone and the email address of a company are to it. A small one has no others for anything.
fn of_company(c: &Carrier<'_>) -> Vec<usize> {
    let mut kinds = vec![COMPANY];
    match c.index % 8 {
        1 => kinds.push(SUPPORT),
        2 => kinds.push(CLAIMS),
        3 => kinds.push(DISPATCH_SERVICE),
        4 => kinds.push(AVAILABLE_LOADS),
        _ => {}
    }
    kinds.extend(c.docket.map(|_| MC_RECORD));
    kinds.push(DOT_RECORD);
    kinds
}

/// What a person is to a carrier: by the title, the right to complete packets, and the verification.
fn of_person(contact: &Contact) -> Vec<usize> {
    let role = match contact.title {
        "Owner" | "President" => Some(OWNER),
        "Safety Manager" => Some(SAFETY_MANAGER),
        "Driver" => Some(DRIVER),
        "Dispatcher" => Some(DISPATCHER),
        _ => None,
    };
    let authorization = match (contact.authorized, contact.status) {
        (Some(true), _) => AUTHORIZED_USER,
        (Some(false), Some("FollowUp")) => AUTHORIZATION_FOLLOW_UP,
        (Some(false), _) => AUTHORIZATION_DENIED,
        (None, _) => AUTHORIZATION_PENDING,
    };
    let verification = contact.status.and_then(of_verification);
    role.into_iter().chain([authorization]).chain(verification).collect()
}

fn of_verification(status: &str) -> Option<usize> {
    match status {
        "Verified" => Some(VERIFIED_USER),
        "Pending" => Some(VERIFICATION_PENDING),
        "Denied" => Some(VERIFICATION_DENIED),
        "FollowUp" => Some(VERIFICATION_FOLLOW_UP),
        _ => None,
    }
}

/// An address says which carriers can have it: its domain ends with the index of the elder, or its name, where the domain
/// is everybody's.
fn mail_family(world: &World, email: &str) -> Vec<Index> {
    let Some((user, domain)) = email.split_once('@') else { return Vec::new() };
    let named = |text: &str| {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        text.get(digits..).and_then(|digits| digits.parse::<Index>().ok())
    };
    let number = match domain.strip_suffix(".example") {
        _ if domain == FREE_MAIL => named(user),
        Some("sampletrucking") => Some(0),
        Some(own) => own.rsplit_once('-').and_then(|(_, number)| number.parse().ok()),
        None => None,
    };
    let Some(number) = number else { return Vec::new() };
    let elder = if number < world.total { family(number) } else { number };
    [elder, elder.saturating_add(1)].into_iter().filter(|&i| i < world.total && family(i) == elder).collect()
}

fn digits_of(world: &World, index: Index) -> String {
    digits(&main_phone(world, index))
}

/// The last ten digits: a leading 1 is the country.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('1') {
        Some(national) if national.len() == 10 => national.to_owned(),
        _ => digits,
    }
}
