//! The photo of a vehicle's number, as a driver would send it: the plate with the number, and the licence plate.

use crate::vendor::papers::picture::{LETTER, Picture};
use crate::world::carrier::Carrier;
use crate::world::hash::pair;
use crate::world::places::State;

const WIDTH: usize = 640;
const HEIGHT: usize = 360;

/// A photo on which this number can be read.
pub(crate) fn photo(c: &Carrier<'_>, vin: &str) -> Vec<u8> {
    let mut picture = Picture::new(WIDTH, HEIGHT, 40);
    // A door frame with a sticker, above the bumper.
    picture.fill((0, 0), (WIDTH, 170), (110, 60));
    picture.fill((0, 170), (WIDTH, 150), (58, 84));
    sticker(&mut picture, vin);
    licence(&mut picture, c, vin);
    picture.fill((0, HEIGHT - 26), (WIDTH, 26), (20, 20));
    middle(&mut picture, HEIGHT - 21, "SPECIMEN: A SANDBOX MADE IT", 2, 235);
    picture.png()
}

fn middle(picture: &mut Picture, y: usize, text: &str, scale: usize, shade: u8) {
    let x = WIDTH.saturating_sub(Picture::wide(text, scale)) / 2;
    picture.text((x, y), text, scale, shade);
}

fn sticker(picture: &mut Picture, vin: &str) {
    const SCALE: usize = 4;
    let (w, h) = (Picture::wide(vin, SCALE) + 40, LETTER * SCALE + 70);
    let (x, y) = (WIDTH.saturating_sub(w) / 2, 32);
    picture.fill((x + 4, y + 4), (w, h), (40, 40));
    picture.fill((x, y), (w, h), (236, 214));
    for corner in [(x + 10, y + 10), (x + w - 10, y + 10), (x + 10, y + h - 10), (x + w - 10, y + h - 10)] {
        picture.spot(corner, 5, 120);
        picture.spot(corner, 2, 60);
    }
    middle(picture, y + 12, "VEHICLE IDENTIFICATION NUMBER", 1, 70);
    middle(picture, y + 32, vin, SCALE, 24);
    middle(picture, y + h - 22, "MADE BY NOBODY", 1, 70);
}

fn licence(picture: &mut Picture, c: &Carrier<'_>, vin: &str) {
    let (w, h) = (290, 130);
    let (x, y) = ((WIDTH - w) / 2, 190);
    picture.fill((x + 5, y + 5), (w, h), (30, 30));
    picture.fill((x, y), (w, h), (90, 90));
    picture.fill((x + 3, y + 3), (w - 6, h - 6), (248, 226));
    for corner in [(x + 60, y + 14), (x + w - 60, y + 14), (x + 60, y + h - 14), (x + w - 60, y + h - 14)] {
        picture.spot(corner, 4, 110);
    }
    let state = if c.country == "MX" { "NUEVO LEON".to_owned() } else { State::of(c.state).name.to_uppercase() };
    middle(picture, y + 22, &state, 1, 60);
    middle(picture, y + 44, &plate(vin), 4, 20);
    middle(picture, y + h - 30, "SPECIMEN", 1, 60);
}

/// The licence plate of a vehicle: none that a state gives out.
pub(super) fn plate(vin: &str) -> String {
    let hash = vin.bytes().fold(0x9A7E, |hash, byte| pair(hash, byte.into()));
    format!("SBX {:04}", hash % 10_000)
}
