//! Text fit for a terminal: harmless, on one line, and as wide as there is room.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The text on one line, without what could move the cursor, colour the screen or turn the direction of reading.
pub fn printable(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let kept = text.chars().filter(|c| !hidden(*c));
    kept.map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// An address as it may be shown: what its query holds of keys, tokens and passwords is masked.
pub fn shown_url(url: &url::Url) -> String {
    const SECRETS: [&str; 7] = ["key", "token", "password", "pwd", "secret", "authorization", "signature"];
    let is_secret = |name: &str| SECRETS.iter().any(|secret| name.to_ascii_lowercase().contains(secret));
    if !url.query_pairs().any(|(name, _)| is_secret(&name)) {
        return url.to_string();
    }
    let mut shown = url.clone();
    shown.query_pairs_mut().clear().extend_pairs(
        url.query_pairs().map(|(name, value)| if is_secret(&name) { (name, "masked".into()) } else { (name, value) }),
    );
    shown.to_string()
}

/// The text, cut to a width in columns of the terminal.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// The text, filled up to a width in columns of the terminal.
pub fn padded(text: &str, width: usize, right: bool) -> String {
    let fill = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}
