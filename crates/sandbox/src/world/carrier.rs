//! Who a carrier is: the values that several models share.

use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::facts::{Facts, Revisions};
use crate::world::hash::Draw;
use crate::world::words;
use crate::world::{Docket, Index, World};

/// What the values of a carrier are drawn for; every use has its own stream.
#[derive(Clone, Copy)]
pub(crate) enum Salt {
    Who = 16,
    Contacts,
    Packet,
    Status,
    Fmcsa,
    Insurance,
    Certificate,
    Safety,
    Risk,
    Agreement,
    PacketTables,
    Incidents,
    Vins,
    Monitoring,
    Blocking,
    Invitation,
    Preview,
    Term,
    Request,
    Authority,
    Inspection,
    Coverage,
}

pub(crate) struct Carrier<'w> {
    pub(crate) world: &'w World,
    pub(crate) index: Index,
    pub(crate) dot: u32,
    pub(crate) docket: Option<Docket>,
    pub(crate) name: String,
    pub(crate) dba: Option<String>,
    pub(crate) street: String,
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) zip: String,
    pub(crate) country: &'static str,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) owner: Person,
    pub(crate) active: bool,
    pub(crate) facts: Facts,
    /// The day of the sandbox's calendar.
    pub(crate) day: Ticks,
}

pub(crate) struct Person {
    pub(crate) first: &'static str,
    pub(crate) last: String,
}

impl Person {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        Self { first: draw.pick(words::FIRST_NAMES), last: invented(draw) }
    }

    pub(crate) fn full(&self) -> String {
        join(&[self.first, " ", &self.last])
    }
}

impl<'w> Carrier<'w> {
    /// As it was when the sandbox started.
    pub(crate) fn at_start(world: &'w World, index: Index) -> Self {
        Self::new(world, index, Facts::default(), world.today)
    }

    pub(crate) fn new(world: &'w World, index: Index, facts: Facts, now: Ticks) -> Self {
        let docket = world.docket(index);
        let mut draw = world.draw(index, Salt::Who as u64);
        let mexican = docket.is_some_and(|d| d.prefix == "MX");
        let (name, domain) = company(&mut draw, index, mexican);
        let dba = match draw.below(16) {
            0..3 => Some(join(&[&invented(&mut draw), " ", draw.pick(words::TRADES)])),
            3 => Some(join(&["\"Big ", draw.pick(words::NAME_HEADS), "\" Hauling"])),
            4 => Some(String::new()),
            _ => None,
        };
        let street = join(&[&(100 + draw.below(9900)).to_string(), " ", draw.pick(words::STREETS)]);
        // Carriers come in families that share phone and mail, which is what the search for associates finds.
        let mut shared = world.draw(family(index), Salt::Contacts as u64);
        let phone = phone(&mut shared);
        let email = if family(index) == index {
            join(&["dispatch@", &domain, ".example"])
        } else {
            let mut elder = world.draw(family(index), Salt::Who as u64);
            let elder_is_mexican = world.docket(family(index)).is_some_and(|d| d.prefix == "MX");
            join(&["dispatch@", &company(&mut elder, family(index), elder_is_mexican).1, ".example"])
        };
        Self {
            world,
            index,
            dot: world.dot(index),
            docket,
            name,
            dba,
            street,
            city: draw.pick(words::CITIES),
            state: world.state(index),
            zip: join(&["00", &(100 + draw.below(390)).to_string()]),
            country: if mexican { "MX" } else { "US" },
            phone,
            email,
            owner: Person::draw(&mut draw),
            active: index == 0 || !draw.hit(12),
            facts,
            day: now.midnight(),
        }
    }

    pub(crate) fn draw(&self, salt: Salt) -> Draw {
        self.world.draw(self.index, salt as u64)
    }

    /// As [`Carrier::draw`], for values that differ after a number of changes.
    pub(crate) fn changing(&self, salt: Salt, changes: u32) -> Draw {
        self.world.draw(self.index, salt as u64 ^ (u64::from(changes) << 48))
    }

    /// Whether its insurance has run out.
    pub(crate) fn lapsed(&self) -> bool {
        expires(self.world, self.index, &self.facts.revisions) <= self.day
    }

    /// An instant up to `days` days before today, with 0 to 7 fraction digits.
    pub(crate) fn past(&self, draw: &mut Draw, days: u32) -> Ticks {
        past(self.world.today, draw, days)
    }

    pub(crate) fn docket_text(&self) -> Option<String> {
        self.docket.map(|d| join(&[d.prefix, &d.number.to_string()]))
    }
}

/// The day on which the insurance of a carrier runs out.
pub(crate) fn expires(world: &World, index: Index, revisions: &Revisions) -> Ticks {
    let mut draw = world.draw(index, Salt::Term as u64 ^ term(revisions) << 48);
    match revisions.renewed {
        None => world.today.plus((i64::from(draw.below(395)) - 30) * DAY),
        Some((_, at)) => at.midnight().plus(i64::from(300 + draw.below(66)) * DAY),
    }
}

/// When the insurance of a carrier is renewed: most on the day it ends, some later, a few never.
pub(crate) fn renews(world: &World, index: Index, revisions: &Revisions) -> Option<Ticks> {
    let mut draw = world.draw(index, Salt::Term as u64 ^ 0x5A00 ^ term(revisions) << 48);
    let days = match draw.below(16) {
        0 => return None,
        1..4 => 3 + draw.below(37),
        _ => 0,
    };
    let time = i64::from(2 * 3600 + draw.below(20 * 3600)) * SECOND;
    Some(expires(world, index, revisions).plus(i64::from(days) * DAY + time))
}

fn term(revisions: &Revisions) -> u64 {
    revisions.renewed.map_or(0, |(count, _)| count.into())
}

/// Whether a carrier has completed a packet when the sandbox starts.
pub(crate) fn has_packet(world: &World, index: Index) -> bool {
    index == 0 || world.draw(index, Salt::Packet as u64).hit(154)
}

/// The carrier whose phone and mail this one shares; most often itself.
pub(crate) fn family(index: Index) -> Index {
    if index % 16 == 5 { index - 1 } else { index }
}

pub(crate) fn phone(draw: &mut Draw) -> String {
    let area = 201 + draw.below(789);
    // 211, 311 ... 911 are services.
    let area = if area % 100 == 11 { area + 1 } else { area };
    let line = 100 + draw.below(100);
    join(&["(", &area.to_string(), ") 555-0", &line.to_string()])
}

pub(crate) fn past(today: Ticks, draw: &mut Draw, days: u32) -> Ticks {
    let whole = today.plus(-i64::from(1 + draw.below(days)) * DAY + i64::from(draw.below(86_400)) * SECOND);
    let fraction = i64::from(draw.below(SECOND as u32));
    whole.plus(cut(fraction, draw.below(8)))
}

/// Keeps the first `digits` of a fraction in ticks.
pub(crate) fn cut(fraction: i64, digits: u32) -> i64 {
    let unit = 10_i64.pow(7 - digits.min(7));
    fraction / unit * unit
}

pub(crate) fn invented(draw: &mut Draw) -> String {
    join(&[draw.pick(words::NAME_HEADS), draw.pick(words::NAME_TAILS)])
}

/// An invented company and the domain of its mail.
fn company(draw: &mut Draw, index: Index, mexican: bool) -> (String, String) {
    if index == 0 {
        return ("Sample Trucking LLC".to_owned(), "sampletrucking".to_owned());
    }
    let name = invented(draw);
    let trade = draw.pick(words::TRADES);
    let form = draw.pick(words::LEGAL_FORMS);
    let domain = join(&[&name.to_ascii_lowercase(), "-", &index.to_string()]);
    if mexican {
        return (join(&[draw.pick(words::MEXICAN_NAMES), " SA de CV"]), domain);
    }
    (join(&[&name, " ", trade, " ", form]), domain)
}

pub(crate) fn join(parts: &[&str]) -> String {
    parts.concat()
}
