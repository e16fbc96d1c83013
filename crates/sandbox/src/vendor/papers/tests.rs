//! Papers as a whole: every text keeps inside its box, no two texts are in one place, and the same carrier is the same bytes.

use std::sync::Arc;

use crate::customers::broker::Broker;
use crate::customers::signature::Signature;
use crate::customers::state::{Standing, State};
use crate::vendor::model::{agreement, certificates};
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Align, Area, HEIGHT, Look, Sheet, WIDTH};
use crate::vendor::papers::{certificate, packet, profile, signed, template, w9};
use crate::world::World;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::history::History;

const NAMES: [&str; 7] = [
    "Señor Kestrmoor's Trucking & Sons",
    "The Old Peñablanca and Ñandú Overland Motor Freight Company of America LLC",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "O'Éclairmont-D'Inventé's “Big” Hauling – Łódź, Žižkov & Şişli €",
    "Пётр Грузовиков 漢字",
    "(parentheses) \\ and \t tabs",
    "X",
];

fn world() -> World {
    World::new(7, 3000, 1, Ticks::parse("2026-03-18T12:00:00").unwrap())
}

fn standing(world: &World, index: u32, name: &str) -> Standing {
    let (state, history) = (State::new(world), History::new(world.start));
    let broker = Broker { company: format!("{name} Brokerage"), ..Broker::of("demo") };
    let mut standing = state.standing(world, &history, &Arc::new(broker), (index, world.start));
    let (person, title) = (name.to_owned(), name.chars().rev().collect());
    let at = world.start;
    standing.signature = Some(Arc::new(Signature { person, title, file: None, at }));
    (standing.signed, standing.packet) = (Some(at), true);
    standing
}

/// Where the letters themselves are, without the space above and below them.
fn letters(area: Area) -> Area {
    area.inside(0.3, area.h * 0.2)
}

fn within(inner: Area, outer: Area) -> bool {
    const ROUNDED: f32 = 0.05;
    inner.x >= outer.x - ROUNDED
        && inner.x + inner.w <= outer.x + outer.w + ROUNDED
        && inner.y >= outer.y - ROUNDED
        && inner.y + inner.h <= outer.y + outer.h + ROUNDED
}

fn apart(a: Area, b: Area) -> bool {
    a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
}

/// What is wrong with the texts of a page.
fn faults(sheet: &Sheet) -> Vec<String> {
    let page = Area::new(0.0, 0.0, WIDTH, HEIGHT).inside(30.0, 18.0);
    let mut found = Vec::new();
    for (n, (text, area, own)) in sheet.placed.iter().enumerate() {
        if !within(letters(*own), *area) || !within(letters(*own), page) {
            found.push(format!("{text:?} is at {own:?}, outside {area:?}"));
        }
        if text.ends_with('…') {
            found.push(format!("{text:?} is cut off"));
        }
        for (other, _, place) in &sheet.placed[..n] {
            if !apart(letters(*own), letters(*place)) {
                found.push(format!("{text:?} is over {other:?}"));
            }
        }
    }
    found
}

fn pages(c: &Carrier<'_>, standing: &Standing) -> Vec<Sheet> {
    let mut paper = Paper::new(String::new());
    let agreements = agreement::all(c, standing);
    profile::add(&mut paper, c, standing, &agreements);
    for own in &agreements {
        super::agreement::add_signed(&mut paper, c, &standing.broker, own);
    }
    paper.sheets.push(w9::sheet(c));
    let sheets = (0..certificates::count(c)).map(|n| certificate::sheet(c, &standing.broker, n));
    paper.sheets.extend(sheets);
    paper.sheets
}

#[test]
fn every_text_is_inside_its_box_and_over_no_other() {
    let world = world();
    let mut checked = 0;
    for index in (0..1500).step_by(3) {
        let standing = standing(&world, index, NAMES[index as usize % NAMES.len()]);
        let c = Carrier::new(&world, index, standing.facts.clone(), standing.now);
        for (n, sheet) in pages(&c, &standing).iter().enumerate() {
            let faults = faults(sheet);
            assert!(faults.is_empty(), "carrier {index}, {}, page {n}: {faults:#?}", c.name);
            assert!(sheet.placed.iter().any(|(text, ..)| text == "SPECIMEN"));
            checked += sheet.placed.len();
        }
    }
    assert!(checked > 50_000, "{checked}");
}

#[test]
fn a_text_becomes_smaller_before_it_is_cut() {
    let area = Area::new(50.0, 50.0, 180.0, 12.0);
    for name in NAMES {
        let mut sheet = Sheet::new();
        sheet.text(area, name, Look::plain(9.0).align(Align::Right).middle());
        assert_eq!(faults(&sheet), Vec::<String>::new());
    }
    let mut sheet = Sheet::new();
    sheet.text(area, &"endless ".repeat(200), Look::bold(9.0));
    assert_eq!(faults(&sheet).len(), 1, "cut off, and still inside");
}

#[test]
fn the_test_finds_a_text_that_is_over_another_or_outside() {
    let mut sheet = Sheet::new();
    sheet.text(Area::new(50.0, 50.0, 100.0, 12.0), "one", Look::plain(9.0));
    sheet.text(Area::new(52.0, 53.0, 100.0, 12.0), "another", Look::plain(9.0));
    sheet.text(Area::new(600.0, 400.0, 100.0, 12.0), "outside", Look::plain(9.0));
    assert_eq!(faults(&sheet).len(), 2);
}

#[test]
fn the_same_carrier_at_the_same_instant_is_the_same_bytes() {
    for index in 0..20 {
        let made = || {
            let world = world();
            let standing = standing(&world, index, NAMES[1]);
            let c = Carrier::new(&world, index, standing.facts.clone(), standing.now);
            let own = agreement::all(&c, &standing).remove(0);
            let broker = &standing.broker;
            [
                packet(&c, &standing),
                signed(&c, broker, &own),
                template(&world, broker, 0),
                super::w9(&c),
                super::certificate(&c, broker, 0),
                super::photo(&c, "1S9TA5200RAXSB123"),
            ]
        };
        let (first, second) = (made(), made());
        assert!(first == second, "{index}");
        let all: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(all.len(), first.len(), "each is a paper of its own");
    }
}
