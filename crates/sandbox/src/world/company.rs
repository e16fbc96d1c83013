//! Who a carrier is, for as long as it exists: its numbers, its name, its place, its people.

use crate::world::clock::Ticks;
use crate::world::given::Wanted;
use crate::world::hash::Draw;
use crate::world::places::Place;
use crate::world::salt::Salt;
use crate::world::words;
use crate::world::{Docket, Index, World};

/// Where mail costs nothing.
pub(crate) const FREE_MAIL: &str = "freemail.example";

pub(crate) struct Company {
    pub(crate) index: Index,
    pub(crate) dot: u32,
    pub(crate) docket: Option<Docket>,
    pub(crate) name: String,
    pub(crate) dba: Option<String>,
    /// As the name says: `"LLC"`, `"Corporation"`, `"Partnership"` or `"Sole Proprietor"`.
    pub(crate) form: &'static str,
    pub(crate) street: String,
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) zip: &'static str,
    pub(crate) area: &'static str,
    /// A Mexican carrier's part of town.
    pub(crate) colonia: &'static str,
    pub(crate) country: &'static str,
    pub(crate) phone: String,
    pub(crate) email: String,
    /// Whether its mail is with a provider that asks for nothing.
    pub(crate) has_free_mail: bool,
    pub(crate) owner: Person,
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) first: &'static str,
    pub(crate) last: String,
}

impl Person {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        let first = draw.pick(words::FIRST_NAMES);
        // A few names are hard on whoever reads them.
        let last = if draw.below(24) == 0 { draw.pick(words::HARD_LAST_NAMES).to_owned() } else { invented(draw) };
        Self { first, last }
    }

    pub(crate) fn full(&self) -> String {
        join(&[self.first, " ", &self.last])
    }
}

impl Company {
    /// With what was given so far.
    pub(crate) fn of(world: &World, index: Index) -> Self {
        let natural = Self::natural(world, index);
        match world.given(index, Ticks(i64::MAX)) {
            Some(given) => natural.with(&given.made),
            None => natural,
        }
    }

    pub(crate) fn with(mut self, made: &Wanted) -> Self {
        let put = |own: &mut String, given: &Option<String>| {
            if let Some(given) = given {
                own.clone_from(given);
            }
        };
        put(&mut self.name, &made.legal_name);
        put(&mut self.street, &made.street);
        put(&mut self.phone, &made.phone);
        put(&mut self.email, &made.email);
        if made.legal_name.is_some() {
            self.form = form_of(&self.name);
        }
        if made.dba_name.is_some() {
            self.dba.clone_from(&made.dba_name);
        }
        self.has_free_mail = self.domain() == FREE_MAIL;
        self
    }

    /// As the world has it.
    pub(crate) fn natural(world: &World, index: Index) -> Self {
        let docket = world.docket(index);
        let mut draw = world.draw(index, Salt::Who as u64);
        let mexican = docket.is_some_and(|docket| docket.prefix == "MX");
        let (name, form, domain) = named(&mut draw, index, mexican);
        let dba = match draw.below(16) {
            0..3 => Some(join(&[&invented(&mut draw), " ", draw.pick(words::TRADES)])),
            3 => Some(join(&["\"Big ", draw.pick(words::NAME_HEADS), "\" Hauling"])),
            4 => Some(String::new()),
            _ => None,
        };
        let street = join(&[&(100 + draw.below(9900)).to_string(), " ", draw.pick(words::STREETS)]);
        let own = Place::of(world.state(index), &mut draw);
        // Carriers come in families that share phone and mail, which is what the search for associates finds.
        let elder = family(index);
        let has_free_mail = elder != 0 && world.draw(elder, Salt::Contacts as u64 ^ 0x5A00).below(32) == 0;
        let email = if has_free_mail {
            join(&["dispatch", &elder.to_string(), "@", FREE_MAIL])
        } else if elder == index {
            join(&["dispatch@", &domain, ".example"])
        } else {
            let elder_is_mexican = world.docket(elder).is_some_and(|docket| docket.prefix == "MX");
            let mut draw = world.draw(elder, Salt::Who as u64);
            join(&["dispatch@", &named(&mut draw, elder, elder_is_mexican).2, ".example"])
        };
        Self {
            index,
            dot: world.dot(index),
            docket,
            name,
            dba,
            form,
            street,
            city: if mexican { "Monterrey" } else { own.city },
            state: if mexican { "NL" } else { own.state },
            zip: if mexican { "64000" } else { own.zip },
            area: own.area,
            colonia: if mexican { "Centro" } else { "" },
            country: if mexican { "MX" } else { "US" },
            phone: family_phone(world, index),
            email,
            has_free_mail,
            owner: Person::draw(&mut draw),
        }
    }

    /// A number that is the carrier's own, in the area of its city.
    pub(crate) fn phone_of(&self, draw: &mut Draw) -> String {
        phone(self.area, draw)
    }

    /// The part of its addresses behind the sign.
    pub(crate) fn domain(&self) -> &str {
        self.email.split_once('@').map_or("carrier.example", |(_, domain)| domain)
    }

    pub(crate) fn docket_text(&self) -> Option<String> {
        self.docket.map(|docket| join(&[docket.prefix, &docket.number.to_string()]))
    }
}

/// The carrier whose phone and mail this one shares; most often itself.
pub(crate) fn family(index: Index) -> Index {
    if index % 16 == 5 { index - 1 } else { index }
}

/// The phone of a company.
pub(crate) fn main_phone(world: &World, index: Index) -> String {
    let given = world.given(index, Ticks(i64::MAX)).and_then(|given| given.made.phone.clone());
    given.unwrap_or_else(|| family_phone(world, index))
}

/// The phone that a company shares with its family.
fn family_phone(world: &World, index: Index) -> String {
    let elder = family(index);
    let mut draw = world.draw(elder, Salt::Contacts as u64);
    let place = Place::of(world.state(elder), &mut draw);
    phone(place.area, &mut draw)
}

/// A number of those that are kept for fiction: 555-0100 to 555-0199.
pub(crate) fn phone(area: &str, draw: &mut Draw) -> String {
    join(&["(", area, ") 555-0", &(100 + draw.below(100)).to_string()])
}

pub(crate) fn invented(draw: &mut Draw) -> String {
    join(&[draw.pick(words::NAME_HEADS), draw.pick(words::NAME_TAILS)])
}

/// An invented company, its form, and the domain of its mail.
fn named(draw: &mut Draw, index: Index, mexican: bool) -> (String, &'static str, String) {
    if index == 0 {
        return ("Sample Trucking LLC".to_owned(), "LLC", "sampletrucking".to_owned());
    }
    let head = invented(draw);
    let trade = draw.pick(words::TRADES);
    let legal = draw.pick(words::LEGAL_FORMS);
    let hard = draw.below(64);
    let domain = join(&[&head.to_ascii_lowercase(), "-", &index.to_string()]);
    if mexican {
        return (join(&[draw.pick(words::MEXICAN_NAMES), " SA de CV"]), "Corporation", domain);
    }
    let form = form_of(legal);
    let name = match hard {
        0 => join(&["Señor ", &head, "'s ", trade]),
        1 => join(&["The Old ", &head, " and ", &invented(draw), " Overland ", trade, " Company of America"]),
        _ => join(&[&head, " ", trade]),
    };
    let name = if legal.is_empty() { name } else { join(&[&name, " ", legal]) };
    (name, form, domain)
}

/// What the end of a name says of the company.
fn form_of(name: &str) -> &'static str {
    match name.rsplit(' ').next().unwrap_or_default().trim_end_matches('.') {
        "LLC" => "LLC",
        "Inc" | "Corp" | "Co" | "Corporation" | "CV" => "Corporation",
        "LP" => "Partnership",
        _ => "Sole Proprietor",
    }
}

pub(crate) fn join(parts: &[&str]) -> String {
    parts.concat()
}
