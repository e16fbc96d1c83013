//! Warning signs and ratings, which several answers have.

use crate::sheet::findings::Findings;
use crate::sheet::parts::Tone;
use crate::sheet::sections::rating_tone;
use mycarrierpackets::models::{Flag, FlagKind};
use mycarrierpackets::types::Rating;

impl Findings {
    pub(super) fn flags(&mut self, flags: impl IntoIterator<Item = (FlagKind, Flag)>, place: &str) {
        for (kind, flag) in flags {
            match flag {
                Flag::Clear => {}
                Flag::Raised => self.speaks_against(format!("{kind}{place}")),
                Flag::NotSubscribed => self.not_known(format!("{kind}: no account with the service{place}")),
                _ => self.not_known(format!("{kind}{place}")),
            }
        }
    }

    pub(super) fn rating(&mut self, whose: &str, rating: &Rating, place: &str) {
        let word = rating.as_str().trim();
        match rating_tone(rating) {
            Tone::Plain => {}
            Tone::Bad => self.speaks_against(format!("rated {word}{place}")),
            Tone::Doubt if word.is_empty() => self.not_known(format!("rating: {whose} has none{place}")),
            Tone::Doubt => self.not_known(format!("rating: the word \"{word}\"{place}")),
        }
    }
}
