//! The values of fields: numbers as text, dates that are none, times without offset, words that are new.

use super::*;
use crate::support::client::PREVIEW;
use futures::StreamExt as _;
use jiff::civil::date;
use mycarrierpackets::models::{Flag, FlagKind};
use mycarrierpackets::types::{Rating, RiskLevel, Trend};

#[tokio::test]
async fn a_dot_number_is_a_number_or_text() {
    let bench = Bench::new().await;
    for (dot, expected) in [
        ("123456", Some(123_456)),
        ("\"123456\"", Some(123_456)),
        ("123456.0", Some(123_456)),
        ("null", None),
        ("\"\"", None),
        ("0", None),
    ] {
        let body = format!(r#"[{{"DotNumber":{dot}}}]"#);
        *bench.reply.lock().unwrap() = Reply::json(&body);
        let carrier = bench.client.carriers().preview("23868").await.unwrap();
        assert_eq!(carrier.dot_number.map(u32::from), expected, "{dot}");
        let body = format!(r#"{{"data":[{{"DOTNumber":{dot}}}]}}"#);
        *bench.reply.lock().unwrap() = Reply::json(&body);
        let page = bench.client.monitoring().risk().pages().next().await;
        assert_eq!(page.unwrap().unwrap().items[0].dot_number.map(u32::from), expected, "{dot}");
    }
}

#[tokio::test]
async fn times_are_kept_and_understood() {
    let cases = [
        ("2025-05-05T08:33:32.5971191", Some("2025-05-05T08:33:32.5971191Z"), false),
        ("2025-03-31T09:01:49.161388", Some("2025-03-31T09:01:49.161388Z"), false),
        ("2024-01-15T14:30:00", Some("2024-01-15T14:30:00Z"), false),
        ("2024-01-15T14:30:00Z", Some("2024-01-15T14:30:00Z"), true),
        ("2024-01-15T14:30:00.1", Some("2024-01-15T14:30:00.1Z"), false),
        ("2024-01-15T14:30:00.12", Some("2024-01-15T14:30:00.12Z"), false),
        ("2024-01-15T14:30:00.123", Some("2024-01-15T14:30:00.123Z"), false),
        ("2024-01-15T14:30:00.1234", Some("2024-01-15T14:30:00.1234Z"), false),
        ("2024-01-15T14:30:00.12345", Some("2024-01-15T14:30:00.12345Z"), false),
        ("2024-01-15T14:30:00.1234567Z", Some("2024-01-15T14:30:00.1234567Z"), true),
        ("2024-01-15T14:30:00-06:00", Some("2024-01-15T20:30:00Z"), true),
        ("0001-01-01T00:00:00", None, false),
        ("0000-00-00", None, false),
        ("", None, false),
        ("sometime", None, false),
    ];
    let bench = Bench::new().await;
    for (text, instant, offset) in cases {
        *bench.reply.lock().unwrap() = Reply::json(json!([{"DOTNumber": 23868, "CompletedDate": text}]));
        let window = Window::last(std::time::Duration::from_secs(3600)).unwrap();
        let packets = bench.client.packets().completed(window).await.unwrap().items;
        let completed = packets[0].completed_date.clone().expect("it is kept");
        assert_eq!((completed.as_str(), completed.has_offset()), (text, offset));
        assert_eq!(completed.instant(), instant.map(|instant| instant.parse().unwrap()), "{text}");
    }
}

#[tokio::test]
async fn texts_mean_dates_amounts_counts_and_words() {
    let bench = Bench::new().await;
    *bench.reply.lock().unwrap() = Reply::json(json!([{"CertData": {"Certificates": [{"Coverages": [{
        "ExpirationDate": "2026-03-18", "CancellationDate": "0000-00-00",
        "CoverageLimit": "1,000,000", "Deductible": "40.70",
    }]}]}, "PossibleFraud": "No", "DoubleBrokering": "Yes", "Phone": "", "WatchdogReports": null}]));
    let carrier = bench.client.carriers().preview("23868").await.unwrap();
    assert_eq!(carrier.flags().get(FlagKind::PossibleFraud), Flag::Clear);
    assert_eq!(carrier.flags().get(FlagKind::DoubleBrokering), Flag::Raised);
    assert_eq!(carrier.flags().get(FlagKind::WatchdogReports), Flag::Unknown);
    assert_eq!(carrier.phone.as_deref(), Some(""));
    let certificates = carrier.cert_data.unwrap().certificates.unwrap();
    let coverage = &certificates[0].coverages.as_ref().unwrap()[0];
    assert_eq!(coverage.expiration_date.as_ref().unwrap().date(), Some(date(2026, 3, 18)));
    assert_eq!(coverage.cancellation_date.as_ref().unwrap().read(), Ok(None));
    assert_eq!(coverage.coverage_limit.as_ref().unwrap().amount().unwrap().cents(), 100_000_000);
    assert_eq!(coverage.deductible.as_ref().unwrap().amount().unwrap().cents(), 4070);

    *bench.reply.lock().unwrap() = Reply::json(json!({"IncidentReports": [{"IncidentDate": "04/22/2025"}]}));
    let incidents = bench.client.carriers().incidents("23868").await.unwrap();
    let day = incidents.incident_reports.unwrap()[0].incident_date.as_ref().unwrap().date();
    assert_eq!(day, Some(date(2025, 4, 22)));

    *bench.reply.lock().unwrap() = Reply::json(json!({"data": [
        {"Safety": {"unsafeDrvTrend": "UP"}, "Review": {"mcs150Miles": "10150000"}, "Inspection": {"inspectVehOOSPctUS": "40.70"}},
        {"Safety": {"unsafeDrvTrend": "DOWN"}},
        {"Safety": {"unsafeDrvTrend": "NA"}},
        {"Safety": {"unsafeDrvTrend": "SIDEWAYS"}},
    ]}));
    let page = bench.client.monitoring().data().pages().next().await.unwrap().unwrap();
    let trends: Vec<_> =
        page.items.iter().map(|item| item.safety.as_ref().unwrap().unsafe_drv_trend.clone().unwrap()).collect();
    assert_eq!(trends, [Trend::Up, Trend::Down, Trend::Na, Trend::Other("SIDEWAYS".into())]);
    assert_eq!(page.items[0].review.as_ref().unwrap().mcs150_miles.as_ref().unwrap().get(), Some(10_150_000));
    let out_of_service = &page.items[0].inspection.as_ref().unwrap().inspect_veh_oos_pct_us;
    assert_eq!(out_of_service.as_ref().unwrap().value(), Some(40.7));
}

#[tokio::test]
async fn ratings_and_levels_are_known_or_kept() {
    let ratings = [
        ("Acceptable", Rating::Acceptable),
        ("Moderate", Rating::Moderate),
        ("Unacceptable", Rating::Unacceptable),
        ("UnacceptableReview", Rating::UnacceptableReview),
        ("Low", Rating::Low),
        ("Pass", Rating::Pass),
        ("Warning", Rating::Warning),
        ("Splendid", Rating::Other("Splendid".into())),
    ];
    let levels = [
        ("Medium", RiskLevel::Medium),
        ("Review", RiskLevel::Review),
        ("Low", RiskLevel::Low),
        ("Dire", RiskLevel::Other("Dire".into())),
    ];
    let bench = Bench::new().await;
    for (n, (word, rating)) in ratings.into_iter().enumerate() {
        let (level_word, level) = levels[n % levels.len()].clone();
        *bench.reply.lock().unwrap() = Reply::json(json!([{"RiskAssessmentDetails": {
            "OverallRating": word, "Safety": {"OverallRating": word, "Infractions": [{"RiskLevel": level_word}]}
        }}]));
        let risk = bench.client.carriers().risk("23868").await.unwrap();
        assert_eq!(risk.rating(), rating, "{word}");
        let risk = risk.risk_assessment_details.unwrap();
        assert_eq!(risk.overall_rating.as_ref(), Some(&rating), "{word}");
        let safety = risk.safety.unwrap();
        assert_eq!(safety.overall_rating, Some(rating), "{word}");
        assert_eq!(safety.infractions.unwrap()[0].risk_level, Some(level), "{level_word}");
    }
}

#[tokio::test]
async fn newer_fields_may_be_absent_and_unknown_ones_come() {
    let bench = Bench::new().await;
    let body =
        json!([{"RiskAssessmentDetails": {"Brand": {"New": []}, "Safety": {"Infractions": [{"Points": 1000}]}}}]);
    *bench.reply.lock().unwrap() = Reply::json(body);
    let risk = bench.client.carriers().risk("23868").await.unwrap().risk_assessment_details.unwrap();
    assert_eq!(risk.review_state, None);
    let safety = risk.safety.unwrap();
    assert_eq!((safety.has_rule_override, safety.infractions.unwrap()[0].rule_name.clone()), (None, None));
}

#[tokio::test]
async fn bodies_come_chunked_compressed_or_whole() {
    use crate::support::server::gzip;
    let plain = Reply::json(PREVIEW);
    let zipped = Reply::new(200, "application/json", gzip(PREVIEW.as_bytes())).header("content-encoding", "gzip");
    let bench = Bench::new().await;
    let replies = [
        plain.clone(),
        plain.clone().chunked(),
        plain.drip(std::time::Duration::ZERO).chunked(),
        zipped.clone(),
        zipped.chunked(),
        Reply::new(200, "", PREVIEW),
        Reply::new(200, "text/plain", PREVIEW),
        Reply::new(201, "application/json", PREVIEW),
    ];
    for (n, reply) in replies.into_iter().enumerate() {
        let read = bench.replied(Operation::PreviewCarrier, reply).await;
        let read = read.unwrap_or_else(|error| panic!("{n}: {error}"));
        assert_eq!(read[0]["CompanyName"], "Sample Trucking LLC", "{n}");
    }
}
