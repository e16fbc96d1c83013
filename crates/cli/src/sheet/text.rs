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
