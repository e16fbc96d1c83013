//! A paper: its pages, written as PDF. The same pages are the same bytes: no instant and no number of chance is in them.

use pdf_writer::writers::Encoding;
use pdf_writer::{Filter, Name, Pdf, Rect, Ref, Settings, TextStr};

use crate::vendor::papers::letters::{FIRST, Face};
use crate::vendor::papers::pack::zlib;
use crate::vendor::papers::sheet::{HEIGHT, Sheet, WIDTH, font};
use crate::vendor::papers::widths::MORE;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
/// The fonts; after them come two objects for each page.
const FONTS: [(Face, &[u8], Ref, Ref); 3] = [
    (Face::Plain, b"Helvetica", Ref::new(4), Ref::new(5)),
    (Face::Bold, b"Helvetica-Bold", Ref::new(6), Ref::new(7)),
    (Face::Slanted, b"Helvetica-Oblique", Ref::new(8), Ref::new(9)),
];
/// The codes of the letters that the fonts have beside those of Windows.
const OTHERS: Ref = Ref::new(10);
const FIRST_PAGE: i32 = 11;

pub(super) struct Paper {
    title: String,
    pub(super) sheets: Vec<Sheet>,
}

impl Paper {
    pub(super) fn new(title: String) -> Self {
        Self { title, sheets: Vec::new() }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut pdf = Pdf::with_settings(Settings { pretty: false });
        let count = self.sheets.len();
        let page = |n: usize| Ref::new(FIRST_PAGE + 2 * n as i32);
        let content = |n: usize| Ref::new(FIRST_PAGE + 2 * n as i32 + 1);

        let mut catalog = pdf.catalog(CATALOG);
        catalog.pages(PAGES).lang(TextStr("en-US"));
        catalog.viewer_preferences().display_doc_title(true);
        drop(catalog);
        pdf.pages(PAGES).kids((0..count).map(page)).count(count as i32);
        pdf.document_info(INFO).title(TextStr(&self.title)).producer(TextStr("mycarrierpackets-sandbox"));
        for (_, name, plain, more) in FONTS {
            pdf.type1_font(plain).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
            pdf.type1_font(more).base_font(Name(name)).pair(Name(b"Encoding"), OTHERS);
        }
        let names = MORE.iter().map(|(_, glyph, ..)| Name(glyph.as_bytes()));
        pdf.indirect(OTHERS).start::<Encoding>().differences().consecutive(FIRST, names);
        for (n, sheet) in self.sheets.into_iter().enumerate() {
            let mut written = pdf.page(page(n));
            written.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(PAGES).contents(content(n));
            let mut resources = written.resources();
            let mut fonts = resources.fonts();
            for (face, _, plain, more) in FONTS {
                fonts.pair(Name(font(face, false)), plain).pair(Name(font(face, true)), more);
            }
            drop(fonts);
            drop(resources);
            drop(written);
            let packed = zlib(&sheet.finish(&self.title, (n + 1, count)));
            pdf.stream(content(n), &packed).filter(Filter::FlateDecode);
        }
        let mut bytes = pdf.finish();
        bytes.push(b'\n');
        bytes
    }
}
