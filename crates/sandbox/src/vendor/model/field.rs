//! The fields of a long record, with the habits of the wire: few are absent, null or empty.

use crate::vendor::json::Json;
use crate::world::clock::Ticks;
use crate::world::hash::Draw;

/// Writes the fields of one record. Which of them are left out follows from the carrier, and stays so.
pub(super) struct Fields<'j> {
    pub(super) w: &'j mut Json,
    odd: Option<Draw>,
}

impl<'j> Fields<'j> {
    /// `odd` decides what is left out; without it nothing is.
    pub(super) fn new(w: &'j mut Json, odd: Option<Draw>) -> Self {
        Self { w, odd }
    }

    /// Whether the field is to be written with its value.
    fn kept(&mut self, key: &str, is_text: bool) -> bool {
        let Some(draw) = &mut self.odd else { return true };
        match draw.below(512) {
            0 => false,
            1..6 => {
                self.w.null(key);
                false
            }
            6..9 if is_text => {
                self.w.plain(key, "");
                false
            }
            _ => true,
        }
    }

    pub(super) fn yes(&mut self, key: &str, value: bool) {
        self.word(key, if value { "Yes" } else { "No" });
    }

    pub(super) fn flag(&mut self, key: &str, value: bool) {
        if self.kept(key, false) {
            self.w.flag(key, value);
        }
    }

    pub(super) fn int(&mut self, key: &str, value: u32) {
        if self.kept(key, false) {
            self.w.int(key, value);
        }
    }

    /// A number as text, with thousands separators.
    pub(super) fn count(&mut self, key: &str, value: u32) {
        if self.kept(key, true) {
            self.w.grouped_text(key, value);
        }
    }

    /// A share in hundredths of a percent, as text.
    pub(super) fn percent(&mut self, key: &str, value: u32) {
        if self.kept(key, true) {
            self.w.hundredths_text(key, value);
        }
    }

    /// A day as text; `0000-00-00` is none.
    pub(super) fn date(&mut self, key: &str, value: Option<Ticks>) {
        if self.kept(key, true) {
            match value {
                Some(day) => self.w.date(key, day),
                None => self.w.plain(key, "0000-00-00"),
            }
        }
    }

    pub(super) fn word(&mut self, key: &str, value: &str) {
        if self.kept(key, true) {
            self.w.text(key, value);
        }
    }
}
