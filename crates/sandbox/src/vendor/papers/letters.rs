//! Text as a page takes it: which font has a letter, under which code, and how wide it is.

use crate::vendor::papers::widths::{BOLD, MORE, REGULAR};

/// A font that every reader of PDF has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Plain,
    Bold,
    /// As wide as the plain one.
    Slanted,
}

/// Where a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the font itself, which is coded as Windows has it for the languages of Western Europe.
    Windows(u8),
    /// In the same font, coded for the other letters that it has.
    More(u8),
    /// Nowhere: the page shows a question mark, says so, and keeps the letter for whoever copies the text.
    Missing,
}

/// The code of the first of the other letters.
pub(super) const FIRST: u8 = 33;

/// The marks that Windows has where Latin-1 has control characters, with their codes.
const MARKS: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8A),
    ('‹', 0x8B),
    ('Œ', 0x8C),
    ('Ž', 0x8E),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9A),
    ('›', 0x9B),
    ('œ', 0x9C),
    ('ž', 0x9E),
    ('Ÿ', 0x9F),
];

pub(super) fn place(letter: char) -> Place {
    match letter {
        ' '..='~' => Place::Windows(letter as u8),
        // They move the line on, and have no shape.
        '\t' | '\r' | '\n' | '\u{A0}' => Place::Windows(b' '),
        '\u{A1}'..='\u{FF}' => Place::Windows(letter as u8),
        _ => {
            let mark = MARKS.iter().find(|(own, _)| *own == letter).map(|(_, code)| Place::Windows(*code));
            let more = || MORE.iter().position(|(own, ..)| *own == letter).map(|n| Place::More(FIRST + n as u8));
            mark.or_else(more).unwrap_or(Place::Missing)
        }
    }
}

/// How wide a letter is in a font of size 1.
fn advance(letter: char, face: Face) -> f32 {
    let windows = |code: u8| {
        let table = if face == Face::Bold { &BOLD } else { &REGULAR };
        table.get(usize::from(code.saturating_sub(b' '))).copied().unwrap_or_default()
    };
    let thousandths = match place(letter) {
        Place::Windows(code) => windows(code),
        Place::More(code) => {
            let (_, _, plain, bold) = MORE[usize::from(code - FIRST)];
            if face == Face::Bold { bold } else { plain }
        }
        Place::Missing => windows(b'?'),
    };
    f32::from(thousandths) / 1000.0
}

/// How wide a text is.
pub(super) fn width(text: &str, face: Face, size: f32) -> f32 {
    text.chars().map(|letter| advance(letter, face)).sum::<f32>() * size
}

/// The lines of a text that has `room` in width; a word that is wider is broken.
pub(super) fn wrap(text: &str, face: Face, size: f32, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let gap = advance(' ', face) * size;
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (String::new(), 0.0);
        for word in paragraph.split(' ') {
            let wide = width(word, face, size);
            if line.is_empty() && wide <= room {
                (line, used) = (word.to_owned(), wide);
                continue;
            }
            if !line.is_empty() && used + gap + wide <= room {
                line.push(' ');
                line.push_str(word);
                used += gap + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            for letter in word.chars() {
                let wide = advance(letter, face) * size;
                if !line.is_empty() && used + wide > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += wide;
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_metrics() {
        for (text, face, thousandths) in [
            ("A", Face::Plain, 667.0),
            ("AV", Face::Slanted, 1334.0),
            ("Ñ", Face::Plain, 722.0),
            ("’", Face::Bold, 278.0),
            ("ł", Face::Plain, 222.0),
            ("Ж", Face::Plain, 556.0),
            ("", Face::Plain, 0.0),
        ] {
            assert!((width(text, face, 1000.0) - thousandths).abs() < 0.01, "{text}");
        }
        assert!(MORE.len() + usize::from(FIRST) < 256 && MORE.is_sorted_by_key(|more| more.0));
    }

    #[test]
    fn every_letter_of_windows_has_a_place_and_a_width() {
        let marks = MARKS.iter().map(|(letter, _)| *letter);
        for letter in (' '..='~').chain('\u{A1}'..='\u{FF}').chain(marks) {
            assert!(matches!(place(letter), Place::Windows(_)), "{letter}");
            assert!(advance(letter, Face::Plain) > 0.1 && advance(letter, Face::Bold) > 0.1, "{letter}");
        }
        assert_eq!((place('Ł'), place('漢')), (Place::More(FIRST + position('Ł')), Place::Missing));
    }

    fn position(letter: char) -> u8 {
        MORE.iter().position(|more| more.0 == letter).unwrap() as u8
    }

    #[test]
    fn no_line_is_wider_than_its_room_and_nothing_is_lost() {
        for text in [
            "Señor Kestrmoor's Trucking & Sons and D'Inventé-Núñez Overland Company",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "Two  spaces and\na line",
            "",
        ] {
            for room in [12.0, 40.0, 90.0, 500.0] {
                let lines = wrap(text, Face::Bold, 9.0, room);
                assert!(lines.iter().all(|line| width(line, Face::Bold, 9.0) <= room + 0.001), "{room}: {lines:?}");
                let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
                assert_eq!(kept(&lines.concat()), kept(text));
            }
        }
    }
}
