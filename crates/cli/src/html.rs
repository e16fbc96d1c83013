//! What the pages have in common.

use crate::text::printable;

/// The colors of the pages, for light and for dark rooms.
pub const COLORS: &str = "\
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5a6675;--line:#d9dfe6;--paper:#fff;--back:#f3f5f8;--bad:#b3261e;\
--bad-back:#fdecea;--doubt:#8a5a00;--doubt-back:#fff6e0}\
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa5b3;--line:#343c47;--paper:#1b2027;--back:#12161b;\
--bad:#ff8a80;--bad-back:#3a1d1c;--doubt:#ffca66;--doubt-back:#352a12}}";

/// A text as it stands in a page: others choose what is in it.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in printable(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
