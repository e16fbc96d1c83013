//! Cards: one carrier, its status, its risk and its insurance, on one screen.

use super::view::{date, level_style, rating_style};
use crate::text::{cut, padded, printable};
use anstyle::{AnsiColor, Style};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mycarrierpackets::models::{
    CarrierPreview, Flag, FlagKind, PreviewCoverage, Reason, RiskArea, RiskAssessment, RiskCategory,
};
use mycarrierpackets::types::{DateText, MoneyText, Rating, Timestamp};
use std::fmt::Write as _;

const LABEL: usize = 18;

/// What a card is drawn for.
pub struct Frame<'a> {
    pub width: Option<usize>,
    pub color: bool,
    pub zone: &'a TimeZone,
    pub today: Date,
}

/// A card that grows line by line.
pub struct Card<'a> {
    frame: Frame<'a>,
    text: String,
}

/// The card of a preview: identity, status, flags, risk with its infractions, insurance with its expiry.
pub fn preview(carrier: &CarrierPreview, frame: Frame<'_>) -> String {
    let mut card = Card { frame, text: String::new() };
    card.identity(carrier);
    card.status(carrier);
    card.flags(carrier);
    // A carrier without an assessment has a line that says so, and its short form may be worse than the long one.
    let nothing = RiskAssessment::default();
    card.risk(&carrier.rating(), carrier.risk_assessment_details.as_ref().unwrap_or(&nothing));
    card.insurance(carrier);
    card.text
}

/// The card of a risk assessment alone.
pub fn risk(title: &str, risk: Option<&RiskAssessment>, frame: Frame<'_>) -> String {
    let mut card = Card { frame, text: String::new() };
    card.title(title);
    match risk {
        Some(risk) => card.risk(&risk.rating(), risk),
        None => card.row("Risk", "not assessed", Style::new()),
    }
    card.text
}

impl Card<'_> {
    fn identity(&mut self, carrier: &CarrierPreview) {
        self.title(text(&carrier.company_name).unwrap_or("(no name)"));
        self.field("Doing business as", text(&carrier.dba_name));
        let dot = carrier.dot_number.map(|dot| format!("DOT {dot}"));
        let docket = text(&carrier.docket_number);
        let intrastate = (carrier.is_intrastate_carrier == Some(true)).then_some("intrastate");
        let ids: Vec<_> = [dot.as_deref(), docket, intrastate].into_iter().flatten().collect();
        self.field("Number", Some(ids.join("  ").as_str()));
        let place = [&carrier.street, &carrier.city, &carrier.state, &carrier.zip_code, &carrier.country];
        let place: Vec<_> = place.into_iter().filter_map(text).collect();
        self.field("Address", Some(place.join(", ").as_str()));
        self.field("Phone", text(&carrier.phone));
        let mut emails: Vec<(&str, Vec<&str>)> = Vec::new();
        for email in carrier.emails.iter().flatten() {
            let (Some(address), kind) = (text(&email.email), text(&email.description)) else {
                continue;
            };
            match emails.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(address)) {
                Some((_, kinds)) => kinds.extend(kind),
                None => emails.push((address, kind.into_iter().collect())),
            }
        }
        for (address, kinds) in emails {
            let kinds = if kinds.is_empty() { String::new() } else { format!("  ({})", kinds.join(", ")) };
            self.field("Email", Some(&format!("{address}{kinds}")));
        }
    }

    fn status(&mut self, carrier: &CarrierPreview) {
        self.gap();
        let since = carrier.status_date.as_ref().map(|time| self.local(time)).filter(|time| !time.is_empty());
        let since = since.map(|time| format!(", since {time}")).unwrap_or_default();
        self.field("Status", text(&carrier.status).map(|status| format!("{status}{since}")).as_deref());
        self.field("Packet state", text(&carrier.in_process_state));
        self.answer("Agreement current", carrier.on_current_customer_agreement);
        self.answer("Monitored", carrier.is_monitored);
        let style = match carrier.is_blocked {
            Some(true) => red(),
            Some(false) => Style::new(),
            None => yellow(),
        };
        self.row("Blocked", yes(carrier.is_blocked), style);
    }

    fn flags(&mut self, carrier: &CarrierPreview) {
        self.gap();
        let flags = carrier.flags();
        for (label, kind, words) in [
            ("Possible fraud", FlagKind::PossibleFraud, text(&carrier.possible_fraud)),
            ("Double brokering", FlagKind::DoubleBrokering, text(&carrier.double_brokering)),
            ("Watchdog reports", FlagKind::WatchdogReports, text(&carrier.watchdog_reports)),
        ] {
            self.row(label, words.unwrap_or("unknown"), flag_style(flags.get(kind)));
        }
        let reports = carrier.incident_reports.as_ref();
        let count = |count: Option<i32>| count.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
        let all = count(reports.and_then(|reports| reports.total_incident_reports));
        let fraud = count(reports.and_then(|reports| reports.total_incident_reports_with_fraud));
        let style = flag_style(flags.get(FlagKind::FraudIncidents));
        self.row("Incident reports", &format!("{all} ({fraud} with fraud)"), style);
        let status = text(&carrier.freight_validate_status).unwrap_or("unknown");
        self.row("FreightValidate", status, flag_style(flags.get(FlagKind::FreightValidate)));
    }

    fn risk(&mut self, rating: &Rating, risk: &RiskAssessment) {
        self.gap();
        let rating = if rating.as_str().trim().is_empty() { "not rated" } else { rating.as_str() };
        let points = risk.total_points.map(|points| format!("  {points} points")).unwrap_or_default();
        self.rated("Risk", rating, &points);
        let reasons = risk.reasons();
        for (area, category) in [
            (RiskArea::Authority, &risk.authority),
            (RiskArea::Insurance, &risk.insurance),
            (RiskArea::Safety, &risk.safety),
            (RiskArea::Operation, &risk.operation),
            (RiskArea::Other, &risk.other),
        ] {
            if let Some(category) = category {
                self.category(area, category, &reasons);
            }
        }
        if let Some(review) = risk.review_details.as_ref().filter(|review| text(&review.review_user).is_some()) {
            let until = review.review_expiration_date.as_ref().map(|time| self.local(time));
            let until = until.filter(|time| !time.is_empty()).map(|t| format!(", until {t}")).unwrap_or_default();
            self.field("  Reviewed by", text(&review.review_user).map(|user| format!("{user}{until}")).as_deref());
            self.field("  Reason", text(&review.review_reason));
        }
    }

    fn category(&mut self, area: RiskArea, category: &RiskCategory, reasons: &[Reason<'_>]) {
        let rating = text(&category.overall_rating).unwrap_or("not rated");
        let points = category.total_points.filter(|points| *points != 0).map(|points| format!("  {points} points"));
        self.rated(&format!("  {area}"), rating, &points.unwrap_or_default());
        for reason in reasons.iter().filter(|reason| reason.area == area) {
            let points = reason.points().map(|points| format!("{points:>4} points")).unwrap_or_default();
            let finding = reason.finding().map(|finding| format!(": {finding}")).unwrap_or_default();
            self.row("", &format!("{points}  {}{finding}", reason.rule()), level_style(reason.level()));
        }
    }

    fn insurance(&mut self, carrier: &CarrierPreview) {
        self.gap();
        let certificates = carrier.cert_data.iter().flat_map(|data| data.certificates.iter().flatten());
        let coverages: Vec<_> = certificates.flat_map(|one| one.coverages.iter().flatten()).collect();
        if coverages.is_empty() {
            let red = red();
            self.row("Insurance", "no certificate on file", red);
        }
        let kinds = coverages.iter().filter_map(|coverage| text(&coverage.type_)).map(|kind| kind.chars().count());
        let kind_width = kinds.max().unwrap_or(0).clamp(4, 24);
        for (index, coverage) in coverages.into_iter().enumerate() {
            let (words, style) = self.coverage(coverage, kind_width);
            self.row(if index == 0 { "Insurance" } else { "" }, &words, style);
        }
    }

    fn coverage(&self, coverage: &PreviewCoverage, kind_width: usize) -> (String, Style) {
        let limit = match coverage.coverage_limit.as_ref().and_then(MoneyText::amount) {
            Some(money) => format!("${money}"),
            None => text(&coverage.coverage_limit).unwrap_or("-").to_owned(),
        };
        let ends = coverage.expiration_date.as_ref().and_then(DateText::date);
        let (until, style) = match ends {
            // A policy ends at the beginning of its last day.
            Some(day) if day <= self.frame.today => (format!("expired {day}"), red()),
            Some(day) => {
                let left = self.frame.today.until(day).map(|span| span.get_days()).unwrap_or_default();
                let style = if left <= 30 { yellow() } else { Style::new() };
                (format!("until {day} ({left} days)"), style)
            }
            None => match text(&coverage.expiration_date).map(date).filter(|words| !words.is_empty()) {
                Some(words) => (format!("expiry date not known (\"{words}\")"), yellow()),
                None => ("no expiry date".to_owned(), yellow()),
            },
        };
        let (until, style) = match coverage.cancellation_date.as_ref().map(|text| (text, text.read())) {
            Some((_, Ok(Some(day)))) => (format!("cancelled {day}, {until}"), red()),
            Some((text, Err(_))) => (format!("cancelled (\"{text}\"), {until}"), red()),
            None | Some((_, Ok(None))) => (until, style),
        };
        let kind = padded(&cut(text(&coverage.type_).unwrap_or("-"), kind_width), kind_width, false);
        let insurer = text(&coverage.insurer_name).map(|name| format!("  {name}")).unwrap_or_default();
        (format!("{kind}  {}  {until}{insurer}", padded(&limit, 14, true)), style)
    }

    fn local(&self, time: &Timestamp) -> String {
        super::view::local(time.as_str(), self.frame.zone)
    }

    fn title(&mut self, title: &str) {
        let bold = if self.frame.color { Style::new().bold() } else { Style::new() };
        let title = self.cut_to_fit(title, 0);
        let _ = writeln!(self.text, "{bold}{title}{bold:#}");
    }

    fn field(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.row(label, value, Style::new());
        }
    }

    fn answer(&mut self, label: &str, answer: Option<bool>) {
        self.row(label, yes(answer), Style::new());
    }

    fn rated(&mut self, label: &str, rating: &str, points: &str) {
        let style = if self.frame.color { rating_style(rating) } else { Style::new() };
        let rating = printable(rating);
        let label = padded(label, LABEL, false);
        let _ = writeln!(self.text, "{label}  {style}{rating}{style:#}{points}");
    }

    fn row(&mut self, label: &str, value: &str, style: Style) {
        let style = if self.frame.color { style } else { Style::new() };
        let value = self.cut_to_fit(value, LABEL + 2);
        let line = format!("{}  {style}{value}{style:#}", padded(label, LABEL, false));
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    fn cut_to_fit(&self, value: &str, taken: usize) -> String {
        let value = printable(value);
        match self.frame.width {
            Some(width) => cut(&value, width.saturating_sub(taken).max(20)),
            None => value,
        }
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }
}

// `NA` is how the vendor says that there is nothing to say.
fn text(value: &Option<impl AsRef<str>>) -> Option<&str> {
    let text = value.as_ref().map(|value| value.as_ref().trim());
    text.filter(|text| !["", "na", "n/a"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing)))
}

fn flag_style(flag: Flag) -> Style {
    match flag {
        Flag::Clear => green(),
        Flag::Raised => red().bold(),
        _ => yellow(),
    }
}

fn yes(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

fn red() -> Style {
    AnsiColor::Red.on_default()
}

fn yellow() -> Style {
    AnsiColor::Yellow.on_default()
}

fn green() -> Style {
    AnsiColor::Green.on_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    /// The value in the line of this label, and its color.
    fn line(carrier: &Value, label: &str) -> (&'static str, String) {
        let today = jiff::civil::date(2026, 11, 30);
        let value = |color: bool| {
            let frame = Frame { width: None, color, zone: &TimeZone::UTC, today };
            let card = preview(&from_value(carrier.clone()).unwrap(), frame);
            let line = card.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("{label}: {card}"));
            line[label.len()..].trim_start().to_owned()
        };
        let colored = value(true);
        let colors = [("\u{1b}[32m", "green"), ("\u{1b}[31m", "red"), ("\u{1b}[33m", "yellow")];
        let color = colors.iter().find(|(code, _)| colored.contains(code)).map_or("plain", |(_, name)| name);
        (color, value(false))
    }

    #[test]
    fn what_is_not_known_of_a_policy_is_never_plain() {
        for (expires, cancelled, color, words) in [
            ("2027-06-23", "", "plain", "until 2027-06-23 (205 days)"),
            ("2026-12-31", "", "plain", "until 2026-12-31 (31 days)"),
            ("2026-12-30", "", "yellow", "until 2026-12-30 (30 days)"),
            ("2026-11-30", "", "red", "expired 2026-11-30"),
            ("2026-01-01", "", "red", "expired 2026-01-01"),
            ("soon", "", "yellow", "expiry date not known (\"soon\")"),
            ("", "", "yellow", "no expiry date"),
            ("0000-00-00", "NA", "yellow", "no expiry date"),
            ("2027-06-23", "2026-05-01", "red", "cancelled 2026-05-01, until 2027-06-23 (205 days)"),
            ("2027-06-23", "soon", "red", "cancelled (\"soon\"), until 2027-06-23 (205 days)"),
        ] {
            let policy = json!({"Type": "Auto", "ExpirationDate": expires, "CancellationDate": cancelled});
            let (found, text) = line(&json!({"CertData": {"Certificates": [{"Coverages": [policy]}]}}), "Insurance");
            assert_eq!((found, text.rsplit_once("-  ").unwrap().1), (color, words), "{expires} {cancelled}");
        }
        assert_eq!(line(&json!({}), "Insurance"), ("red", "no certificate on file".to_owned()));
    }

    #[test]
    fn the_worst_rating_is_shown() {
        for (short, long, color, words) in [
            ("Acceptable", "Acceptable", "green", "Acceptable"),
            ("Unacceptable", "Acceptable", "red", "Unacceptable"),
            ("Acceptable", "Unacceptable", "red", "Unacceptable"),
            ("Acceptable", "Splendid", "yellow", "Splendid"),
            ("", "", "yellow", "not rated"),
        ] {
            let carrier =
                json!({"RiskAssessment": {"Overall": short}, "RiskAssessmentDetails": {"OverallRating": long}});
            assert_eq!(line(&carrier, "Risk"), (color, words.to_owned()), "{short} {long}");
        }
        assert_eq!(line(&json!({}), "Risk"), ("yellow", "not rated".to_owned()));
    }

    #[test]
    fn flags_are_green_only_where_the_answer_says_so() {
        for (field, label, clear, raised) in [
            ("PossibleFraud", "Possible fraud", "No Reports", "Reported"),
            ("DoubleBrokering", "Double brokering", "No Alerts", "Alert"),
            ("WatchdogReports", "Watchdog reports", "0", "3"),
            ("FreightValidateStatus", "FreightValidate", "valid", "invalid"),
        ] {
            for (value, color) in [(json!(clear), "green"), (json!(raised), "red"), (json!(null), "yellow")] {
                assert_eq!(line(&json!({field: value}), label).0, color, "{field}: {value}");
            }
        }
        for (value, color, words) in
            [(json!(true), "red", "yes"), (json!(false), "plain", "no"), (json!(null), "yellow", "unknown")]
        {
            assert_eq!(line(&json!({"IsBlocked": value}), "Blocked"), (color, words.to_owned()));
        }
    }
}
