//! A form W-9, with everything where a reader of the real one looks for it, in words of our own.

use crate::vendor::model::packet_tax::{Taxpayer, W9};
use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Area, LEFT, Look, RIGHT, Sheet};
use crate::vendor::papers::wording::date;
use crate::world::carrier::Carrier;

const WIDE: f32 = RIGHT - LEFT;

pub(crate) fn w9(c: &Carrier<'_>) -> Vec<u8> {
    let mut paper = Paper::new(format!("Form W-9 (specimen): {}", c.name));
    paper.sheets.push(sheet(c));
    paper.finish()
}

pub(super) fn sheet(c: &Carrier<'_>) -> Sheet {
    let own = W9::of(c);
    let mut sheet = Sheet::new();
    head(&mut sheet);
    let row = |y: f32, h: f32| Area::new(LEFT, y, WIDE, h);
    sheet.field(row(92.0, 30.0), "1  Name of the taxpayer, as its tax return has it", &c.name);
    let business = c.dba.as_deref().unwrap_or("");
    sheet.field(row(122.0, 30.0), "2  Business name, if it is another", business);
    classes(&mut sheet, &own);
    let (left, right) =
        (Area { w: 370.0, ..row(242.0, 30.0) }, Area { x: LEFT + 370.0, w: WIDE - 370.0, ..row(242.0, 60.0) });
    sheet.field(left, "5  Street address", &c.street);
    sheet.field(Area { y: 272.0, ..left }, "6  City, state and ZIP code", &own.city_line);
    sheet.field(right, "Requester's name and address (optional)", "");
    sheet.field(row(302.0, 30.0), "7  Account numbers (optional)", own.accounts.unwrap_or(""));
    number(&mut sheet, &own);
    certification(&mut sheet, &own);
    sheet
}

fn head(sheet: &mut Sheet) {
    let head = Area::new(LEFT, 44.0, WIDE, 48.0);
    sheet.frame(head);
    sheet.text(Area { w: 90.0, ..head.inside(6.0, 4.0) }, "Form W-9", Look::bold(17.0));
    sheet.text(Area { w: 90.0, ..head.inside(6.0, 4.0) }.under(24.0), "Specimen, no tax form", Look::small(7.0));
    let title = Area { x: LEFT + 104.0, w: 300.0, ..head.inside(0.0, 5.0) };
    sheet.text(
        Area { h: 34.0, ..title },
        "Request for a Taxpayer's\nIdentification Number and Certification",
        Look::bold(12.0).middle(),
    );
    sheet.rule((LEFT + 98.0, head.y), (LEFT + 98.0, head.y + head.h), 0.6);
    sheet.rule((LEFT + 412.0, head.y), (LEFT + 412.0, head.y + head.h), 0.6);
    let give = Area { x: LEFT + 416.0, w: 120.0, ..head.inside(0.0, 5.0) };
    sheet.text(give, "For the requester.\nA tax agency has no use for it.", Look::plain(8.0).middle());
}

fn classes(sheet: &mut Sheet, own: &W9) {
    let area = Area::new(LEFT, 152.0, 370.0, 90.0);
    sheet.frame(area);
    sheet.text(
        Area { h: 9.0, ..area.inside(3.0, 1.0) },
        "3  Class of the taxpayer on line 1 (one box)",
        Look::small(5.5),
    );
    let boxes = [
        ("Individual, sole proprietor, or LLC of one", own.kind == Taxpayer::Individual),
        ("C corporation", own.kind == Taxpayer::CCorporation),
        ("S corporation", own.kind == Taxpayer::SCorporation),
        ("Partnership", own.kind == Taxpayer::Partnership),
        ("Trust or estate", own.trust == Some(true)),
    ];
    for (n, (name, is_on)) in boxes.into_iter().enumerate() {
        let (x, y) = ([6.0, 186.0][n % 2], 12.0 + 13.0 * (n / 2) as f32);
        sheet.tick(Area::new(area.x + x, area.y + y, 176.0, 11.0), name, is_on);
    }
    let is_llc = own.kind == Taxpayer::Llc;
    let llc = Area::new(area.x + 6.0, area.y + 52.0, 290.0, 11.0);
    sheet.tick(llc, "Limited liability company. Its class: C, S, or P for a partnership", is_llc);
    let class = Area::new(area.x + 318.0, area.y + 51.0, 40.0, 12.0);
    sheet.text(class, if is_llc { own.class } else { "" }, Look::bold(9.0).middle());
    sheet.rule((class.x - 8.0, class.y + class.h), (class.x + class.w, class.y + class.h), 0.4);
    let other = Area::new(area.x + 6.0, area.y + 68.0, 100.0, 11.0);
    sheet.tick(other, "Other", false);
    sheet.text(Area { x: area.x + 60.0, w: 290.0, ..other }, own.other.unwrap_or(""), Look::plain(8.0).middle());

    let exempt = Area { x: LEFT + 370.0, w: WIDE - 370.0, h: 30.0, ..area };
    sheet.frame(Area { h: area.h, ..exempt });
    sheet.text(Area { h: 9.0, ..exempt.inside(3.0, 1.0) }, "4  Exemptions, which only some have", Look::small(5.5));
    for (n, (name, value)) in [
        ("Code of an exempt payee", ""),
        ("Code of an exemption\nfrom reporting (FATCA)", own.exempt_from_reporting.unwrap_or("")),
    ]
    .into_iter()
    .enumerate()
    {
        let line = Area { y: area.y + 14.0 + 36.0 * n as f32, h: 24.0, ..exempt.inside(4.0, 0.0) };
        sheet.text(Area { w: 92.0, ..line }, name, Look::plain(7.0).middle());
        sheet.text(Area { x: line.x + 100.0, w: line.w - 100.0, ..line }, value, Look::bold(9.0).middle());
        sheet.rule((line.x + 96.0, line.y + 20.0), (line.x + line.w, line.y + 20.0), 0.4);
    }
}

fn number(sheet: &mut Sheet, own: &W9) {
    let bar = Area::new(LEFT, 344.0, WIDE, 14.0);
    sheet.bar(bar, "Part I    Taxpayer identification number");
    let note = "The number of the taxpayer on line 1: that of an individual is a social security number, that of any other an \
        employer identification number. The numbers on this specimen belong to nobody.";
    sheet.text(Area::new(LEFT + 4.0, 364.0, 340.0, 60.0), note, Look::plain(8.5));
    let place = |y: f32| Area::new(LEFT + 370.0, y, WIDE - 370.0, 32.0);
    for (area, name, value) in [
        (place(362.0), "Social security number", own.ssn.as_deref()),
        (place(398.0), "Employer identification number", own.ein.as_deref()),
    ] {
        sheet.frame(area);
        sheet.text(Area { h: 9.0, ..area.inside(4.0, 1.5) }, name, Look::small(6.5));
        sheet.text(area.inside(10.0, 1.0).under(9.0), value.unwrap_or(""), Look::bold(13.0).middle());
    }
}

fn certification(sheet: &mut Sheet, own: &W9) {
    sheet.bar(Area::new(LEFT, 444.0, WIDE, 14.0), "Part II    Certification");
    let text = "Whoever signs states that the number above is that of the taxpayer, that the taxpayer is not subject to backup \
        withholding, that the taxpayer is a person of the United States, and that any exemption code above is right.\n\n\
        This is a specimen: nobody has stated any of it, and it is of no use to a tax agency.";
    sheet.text(Area::new(LEFT + 4.0, 464.0, WIDE - 8.0, 70.0), text, Look::plain(8.5));
    let sign = Area::new(LEFT, 542.0, WIDE, 38.0);
    sheet.frame(sign);
    sheet.text(Area { w: 50.0, ..sign.inside(5.0, 0.0) }, "Sign\nhere", Look::bold(11.0).middle());
    sheet.rule((LEFT + 56.0, sign.y), (LEFT + 56.0, sign.y + sign.h), 0.6);
    sheet.rule((LEFT + 400.0, sign.y), (LEFT + 400.0, sign.y + sign.h), 0.6);
    for (x, w, name, value, look) in [
        (60.0, 336.0, "Signature of the taxpayer", own.signer.clone(), Look::hand(14.0)),
        (404.0, 132.0, "Date", date(own.signed), Look::plain(11.0)),
    ] {
        let area = Area::new(LEFT + x, sign.y, w, sign.h);
        sheet.text(Area { h: 9.0, ..area.inside(2.0, 1.5) }, name, Look::small(6.0));
        sheet.text(area.inside(6.0, 2.0).under(10.0), &value, look.middle());
    }
}
