//! Tables of fields that need no more than a plausible value, and the loop that writes them.

use crate::vendor::json::Json;
use crate::world::clock::{DAY, Ticks};
use crate::world::hash::Draw;

/// What a field of a table holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// `"Yes"` in this many of 256 cases, else `"No"`.
    Yes(u32),
    Bool(u32),
    /// An integer below.
    Int(u32),
    /// As [`Kind::Int`], more often null than not.
    MaybeInt(u32),
    /// A number as text, below, with thousands separators.
    Count(u32),
    /// A percentage with two decimals as text.
    Percent,
    Trend,
    /// A date as text, up to this many days ago, or `0000-00-00`.
    Date(u32),
    Word(&'static [&'static str]),
    Empty,
    Null,
}

pub(crate) type Table = &'static [(&'static str, Kind)];

/// Makes a [`Table`] from runs of names: `table! { Kind::Yes(9) => a b c; Kind::Null => d }`.
macro_rules! table {
    ($($kind:expr => $($name:ident)+);+ $(;)?) => {
        &[$($((concat!(",\"", stringify!($name), "\":"), $kind)),+),+]
    };
}
pub(crate) use table;

/// Writes the fields of a table. Few are absent, null or empty, as on the wire.
pub(crate) fn fields(w: &mut Json, table: Table, mut draw: Draw, today: Ticks) {
    for &(key, kind) in table {
        let odd = draw.below(512);
        match odd {
            0 => continue,
            1..6 => {
                w.null(key);
                continue;
            }
            6..9 if is_text(kind) => {
                w.plain(key, "");
                continue;
            }
            _ => {}
        }
        match kind {
            Kind::Yes(chance) => w.plain(key, if draw.hit(chance) { "Yes" } else { "No" }),
            Kind::Bool(chance) => w.flag(key, draw.hit(chance)),
            Kind::Int(limit) => w.int(key, draw.below(limit)),
            Kind::MaybeInt(_) if draw.hit(160) => w.null(key),
            Kind::MaybeInt(limit) => w.int(key, draw.below(limit)),
            Kind::Count(limit) => w.grouped_text(key, draw.below(limit)),
            Kind::Percent => w.hundredths_text(key, draw.below(10_001)),
            Kind::Trend => w.plain(key, draw.pick(&["UP", "DOWN", "NA"])),
            Kind::Date(days) => match draw.below(8 * days) / 8 {
                0 => w.plain(key, "0000-00-00"),
                past => w.date(key, today.plus(-i64::from(past) * DAY)),
            },
            Kind::Word(words) => w.plain(key, draw.pick(words)),
            Kind::Empty => w.plain(key, ""),
            Kind::Null => w.null(key),
        }
    }
}

fn is_text(kind: Kind) -> bool {
    !matches!(kind, Kind::Bool(_) | Kind::Int(_) | Kind::MaybeInt(_))
}
