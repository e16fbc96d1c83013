//! A sheet as a page: one file without scripts or anything from elsewhere, for a screen and for paper.

use super::findings::Findings;
use super::parts::{Content, Line, Tone};
use super::whole::Sheet;
use crate::html::{COLORS, escaped};
use std::fmt::Write as _;

/// The page. Every text of the vendor's is escaped: carriers choose their names.
pub fn page(sheet: &Sheet) -> String {
    let mut body = String::new();
    let _ = write!(body, "<header><h1>{}</h1><p>{}</p></header>", escaped(&sheet.title), escaped(&sheet.subtitle));
    if let Some(findings) = &sheet.findings {
        verdict(&mut body, findings);
    }
    for section in &sheet.sections {
        let _ = write!(body, "<section><h2>{}</h2>", escaped(section.title));
        match &section.content {
            Content::Known(lines) => {
                body.push_str("<dl>");
                lines.iter().for_each(|line| row(&mut body, line));
                body.push_str("</dl>");
            }
            Content::NotKnown(why) => {
                let _ = write!(body, "<p class=\"doubt\"><b>Not known:</b> {}</p>", escaped(why));
            }
        }
        body.push_str("</section>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title>\n<style>{COLORS}{STYLE}</style></head>\n\
         <body><main>{body}</main></body></html>\n",
        escaped(&sheet.title)
    )
}

fn verdict(body: &mut String, findings: &Findings) {
    let class = if findings.against.is_empty() { "doubt" } else { "bad" };
    let _ = write!(body, "<section class=\"verdict {class}\"><p>{}</p>", escaped(&findings.verdict()));
    for (title, list) in [("Against this carrier", &findings.against), ("Not known", &findings.unknown)] {
        if !list.is_empty() {
            let _ = write!(body, "<h2>{title}</h2><ul>");
            for finding in list {
                let _ = write!(body, "<li>{}</li>", escaped(finding));
            }
            body.push_str("</ul>");
        }
    }
    body.push_str("</section>\n");
}

fn row(body: &mut String, line: &Line) {
    let (class, mark) = match line.tone {
        Tone::Plain => ("", ""),
        // On paper without color a sign has to say it.
        Tone::Bad => (" class=\"bad\"", "<b aria-label=\"against\">✗</b> "),
        Tone::Doubt => (" class=\"doubt\"", "<b aria-label=\"to check\">?</b> "),
    };
    let (label, value) = (escaped(&line.label), escaped(&line.value));
    let _ = write!(body, "<dt>{label}</dt><dd{class}>{mark}{value}</dd>");
}

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.45 system-ui,sans-serif}\
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem;\
display:grid;gap:1rem;grid-template-columns:repeat(2,minmax(0,1fr))}\
header,.verdict{grid-column:1/-1}\
header p{margin:.2rem 0 0;color:var(--soft)}\
h1{margin:0;font-size:1.6rem;line-height:1.2;overflow-wrap:anywhere}\
h2{margin:0 0 .5rem;font-size:1rem}\
section{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem}\
dl{display:grid;grid-template-columns:minmax(6rem,11rem) minmax(0,1fr);gap:.25rem .8rem;margin:0}\
dt{color:var(--soft);overflow-wrap:anywhere}\
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}\
dd.bad{color:var(--bad)}\
dd.doubt,p.doubt{color:var(--doubt)}\
.verdict>p{margin:0;font-weight:600;font-size:1.1rem}\
.verdict h2{margin:.8rem 0 .2rem}\
.verdict ul{margin:0;padding-left:1.2rem;overflow-wrap:anywhere}\
.verdict.bad{background:var(--bad-back);border-color:var(--bad)}\
.verdict.bad>p{color:var(--bad)}\
.verdict.doubt{background:var(--doubt-back);border-color:var(--doubt);color:inherit}\
.verdict.doubt>p{color:var(--doubt)}\
@media (max-width:44rem){main{grid-template-columns:minmax(0,1fr)}\
main{padding:1rem .6rem}dl{grid-template-columns:7.5rem minmax(0,1fr)}}\
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--back:#fff;--bad:#8c1d18;\
--bad-back:#fff;--doubt:#6b4600;--doubt-back:#fff}\
@page{margin:1.5cm}body{font-size:10pt}main{max-width:none;padding:0;display:block}\
section{border-radius:0;margin-top:.6rem;break-inside:avoid}dl{grid-template-columns:4.5cm minmax(0,1fr)}}";

#[cfg(test)]
mod tests {
    use super::super::parts::Section;
    use super::*;

    #[test]
    fn hostile_texts_stay_texts() {
        let hostile = "<script>alert(1)</script>\" onload='x' & \u{202e}evil";
        let line = |tone| Line { label: hostile.to_owned(), value: hostile.to_owned(), tone };
        let sheet = Sheet {
            title: hostile.to_owned(),
            subtitle: hostile.to_owned(),
            findings: Some(Findings { against: vec![hostile.to_owned()], unknown: vec![hostile.to_owned()] }),
            sections: vec![
                Section::new("Identity", vec![line(Tone::Plain), line(Tone::Bad), line(Tone::Doubt)]),
                Section { title: "Risk", content: Content::NotKnown(hostile.to_owned()) },
            ],
        };
        let page = page(&sheet);
        let safe = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; evil";
        assert_eq!(page.matches(safe).count(), 12, "{page}");
        assert!(!page.contains("<script") && !page.contains('\u{202e}'));
        // Nothing is loaded from anywhere.
        assert!(!["src=", "href=", "url(", "@import"].iter().any(|word| page.contains(word)));
    }
}
