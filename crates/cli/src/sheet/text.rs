//! A sheet on a terminal.

use super::findings::Findings;
use super::parts::{Content, Line, Tone};
use super::whole::Sheet;
use crate::output::card::Frame;
use crate::text::{cut, padded, printable};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

const LABEL: usize = 24;

/// The sheet in lines that fit the terminal; long values go on below.
pub fn lines(sheet: &Sheet, frame: &Frame<'_>) -> String {
    let mut text = String::new();
    let style = |style: Style| if frame.color { style } else { Style::new() };
    let bold = style(Style::new().bold());
    let _ = writeln!(text, "{bold}{}{bold:#}", printable(&sheet.title));
    if !sheet.subtitle.is_empty() {
        let _ = writeln!(text, "{}", printable(&sheet.subtitle));
    }
    if let Some(findings) = &sheet.findings {
        let red = style(findings_tone(findings));
        let _ = writeln!(text, "\n{red}{}{red:#}", findings.verdict());
        for (label, tone, list) in
            [("Against", Tone::Bad, &findings.against), ("Not known", Tone::Doubt, &findings.unknown)]
        {
            for (place, value) in list.iter().enumerate() {
                let label = if place == 0 { label } else { "" };
                row(&mut text, &Line { label: label.to_owned(), value: value.clone(), tone }, frame);
            }
        }
    }
    for section in &sheet.sections {
        let _ = writeln!(text, "\n{bold}{}{bold:#}", section.title);
        match &section.content {
            Content::Known(lines) => lines.iter().for_each(|line| row(&mut text, line, frame)),
            Content::NotKnown(why) => {
                let line = Line { label: "  not known".to_owned(), value: why.clone(), tone: Tone::Doubt };
                row(&mut text, &line, frame);
            }
        }
    }
    text
}

fn findings_tone(findings: &Findings) -> Style {
    if findings.against.is_empty() { color(Tone::Doubt) } else { color(Tone::Bad).bold() }
}

fn row(text: &mut String, line: &Line, frame: &Frame<'_>) {
    let style = if frame.color { color(line.tone) } else { Style::new() };
    let room = frame.width.map_or(usize::MAX, |width| width.saturating_sub(LABEL + 2).max(20));
    let label = cut(&printable(&line.label), LABEL);
    for (place, part) in wrapped(&printable(&line.value), room).iter().enumerate() {
        let label = padded(if place == 0 { &label } else { "" }, LABEL, false);
        let _ = writeln!(text, "{}", format!("{label}  {style}{part}{style:#}").trim_end());
    }
}

/// The text in parts of at most this width; a word that is wider is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let mut parts: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match parts.last_mut() {
            Some(last) if last.width() + 1 + word.width() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => parts.push(cut(word, width)),
        }
    }
    parts
}

fn color(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Doubt => AnsiColor::Yellow.on_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::Section;
    use super::*;
    use jiff::tz::TimeZone;

    fn drawn(findings: Option<Findings>, width: Option<usize>, color: bool) -> String {
        let line = |label: &str, value: &str, tone| Line { label: label.to_owned(), value: value.to_owned(), tone };
        let lines_of = vec![
            line("Status", "Active", Tone::Plain),
            line("A label that is too long for it", "one two three four five six", Tone::Bad),
            line("Doubt", "\u{1b}[2J", Tone::Doubt),
        ];
        let sheet = Sheet {
            title: "Alder".to_owned(),
            subtitle: String::new(),
            findings,
            sections: vec![
                Section::new("Identity", lines_of),
                Section { title: "Risk", content: Content::NotKnown("403".to_owned()) },
            ],
        };
        let today = jiff::civil::date(2026, 11, 30);
        lines(&sheet, &Frame { width, color, zone: &TimeZone::UTC, today })
    }

    #[test]
    fn every_line_fits_and_is_whole() {
        let findings = Findings { against: vec!["a".to_owned(), "b".to_owned()], unknown: vec!["c".to_owned()] };
        let expected = "\
Alder

2 findings speak against this carrier, and 1 thing is not known.
Against                   a
                          b
Not known                 c

Identity
Status                    Active
A label that is too lon…  one two three four
                          five six
Doubt                      [2J

Risk
  not known               403
";
        assert_eq!(drawn(Some(findings), Some(46), false), expected);
        assert!(drawn(None, None, false).contains("one two three four five six\n"));
        assert_eq!(wrapped("aaaa bb c", 4), ["aaaa", "bb c"]);
        assert_eq!(wrapped("aaaaa b", 4), ["aaa…", "b"]);
        // A terminal that is too narrow gets 20 columns all the same.
        assert!(drawn(None, Some(10), false).contains("one two three four\n"));
    }

    #[test]
    fn the_verdict_is_red_only_where_something_speaks_against_the_carrier() {
        for (against, code) in [(vec!["a".to_owned()], "\u{1b}[1m\u{1b}[31m"), (vec![], "\u{1b}[33m")] {
            let findings = Findings { against, unknown: vec![] };
            let text = drawn(Some(findings.clone()), None, true);
            assert!(text.contains(&format!("{code}{}", findings.verdict())), "{text:?}");
        }
        let text = drawn(None, None, true);
        for value in ["  Active\n", "  \u{1b}[31mone two", "  \u{1b}[33m [2J", "  \u{1b}[33m403"] {
            assert!(text.contains(value), "{value:?}: {text:?}");
        }
        assert!(!drawn(Some(Findings::default()), None, false).contains('\u{1b}'));
    }
}
