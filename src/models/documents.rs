//! The kinds of documents a carrier has on file, and where the answers name them.

use crate::raw::types::{CarrierData, Certificate};
use crate::types::{BlobName, CarrierId, DateText, Timestamp};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::fmt;

/// A kind of document that a carrier has on file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DocumentKind {
    /// Certificate of insurance.
    Coi,
    /// Tax form W-9. It holds a tax id.
    W9,
    /// The broker-carrier agreement, signed by the carrier.
    Agreement,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Coi, Self::W9, Self::Agreement];

    /// Its short name: `coi`, `w9`, `agreement`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Coi => "coi",
            Self::W9 => "w9",
            Self::Agreement => "agreement",
        }
    }

    /// A file name without its extension that a person understands, such as `23868-coi-2027-06-23`.
    ///
    /// ```
    /// use mycarrierpackets::models::DocumentKind;
    ///
    /// let stem = DocumentKind::Coi.file_stem(&"DOT 23868".parse()?, Some(jiff::civil::date(2027, 6, 23)));
    /// assert_eq!(stem, "23868-coi-2027-06-23");
    /// assert_eq!(DocumentKind::Coi.as_str(), "coi");
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    pub fn file_stem(self, carrier: &CarrierId, date: Option<Date>) -> String {
        let dot = carrier.dot_number().map(|dot| dot.to_string());
        let docket = || carrier.docket_number().map(ToString::to_string);
        let number = dot.or_else(docket).or_else(|| carrier.intrastate_number().map(str::to_owned));
        let named = BlobName::new(number.unwrap_or_default().replace(['/', '\\', '.'], "-"));
        let carrier = named.map_or_else(|_| "carrier".to_owned(), |name| name.file_stem());
        let date = date.map(|date| format!("-{date}")).unwrap_or_default();
        format!("{carrier}-{}{date}", self.as_str())
    }
}

/// A document that an answer names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredDocument {
    /// Its name, to download it by.
    pub name: BlobName,
    /// The day that distinguishes it from others of its kind: the last day of a certificate's coverage, the day on which a form or
    /// an agreement was signed.
    pub date: Option<Date>,
}

impl CarrierData {
    /// The documents of a kind, the best first, each once.
    ///
    /// Certificates: the one whose coverage ends last. Forms and agreements: those in force before the others, then the
    /// last signed; of several images of one, the newest. What has no name is left out.
    ///
    /// ```
    /// use mycarrierpackets::models::{CarrierData, DocumentKind};
    ///
    /// let packet: CarrierData = serde_json::from_str(
    ///     r#"{"CarrierW9Forms": [{"IsActive": true, "CarrierW9FormImages": [{"BlobName": "w9/12/0a1b"}]}]}"#,
    /// )?;
    /// assert_eq!(packet.documents(DocumentKind::W9)[0].name.as_str(), "w9/12/0a1b");
    /// assert!(packet.documents(DocumentKind::Coi).is_empty());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn documents(&self, kind: DocumentKind) -> Vec<StoredDocument> {
        let named = match kind {
            DocumentKind::Coi => certificates(self),
            DocumentKind::W9 => forms(self),
            DocumentKind::Agreement => agreements(self),
        };
        let mut found: Vec<StoredDocument> = Vec::new();
        for (name, date) in named {
            if let Some(name) = name.filter(|name| found.iter().all(|other| other.name != *name)) {
                found.push(StoredDocument { name, date });
            }
        }
        found
    }
}

type Dated = Vec<(Option<BlobName>, Option<Date>)>;

fn certificates(carrier: &CarrierData) -> Dated {
    let details = carrier.assure_advantage.iter().flatten().filter_map(|entry| entry.carrier_details.as_ref());
    let data = details.filter_map(|details| details.cert_data.as_ref());
    let mut certificates: Vec<_> = data.flat_map(|data| data.certificate.iter().flatten()).collect();
    certificates.sort_by_key(|certificate| Reverse(ends(certificate)));
    certificates.into_iter().map(|certificate| (certificate.blob_name.clone(), ends(certificate))).collect()
}

fn ends(certificate: &Certificate) -> Option<Date> {
    let coverages = certificate.coverage.iter().flatten();
    coverages.filter_map(|coverage| coverage.expiration_date.as_ref().and_then(DateText::date)).max()
}

fn forms(carrier: &CarrierData) -> Dated {
    let mut forms: Vec<_> = carrier.carrier_w9_forms.iter().flatten().collect();
    forms.sort_by_key(|form| Reverse((form.is_active == Some(true), when(form.signature_date.as_ref()))));
    let images = forms.into_iter().flat_map(|form| {
        let mut images: Vec<_> = form.carrier_w9_form_images.iter().flatten().collect();
        images.sort_by_key(|image| Reverse(when(image.created_date.as_ref())));
        let signed = day(form.signature_date.as_ref());
        images.into_iter().map(move |image| (image.blob_name.clone(), signed))
    });
    images.collect()
}

fn agreements(carrier: &CarrierData) -> Dated {
    let mut agreements: Vec<_> = carrier.carrier_customer_agreements.iter().flatten().collect();
    agreements.sort_by_key(|agreement| {
        let current = agreement.on_current_customer_agreement == Some(true);
        Reverse((agreement.is_active == Some(true), current, when(agreement.signature_date.as_ref())))
    });
    let images = agreements.into_iter().flat_map(|agreement| {
        let mut images: Vec<_> = agreement.carrier_customer_agreement_images.iter().flatten().collect();
        images.sort_by_key(|image| Reverse(when(image.created_date.as_ref())));
        let signed = day(agreement.signature_date.as_ref());
        images.into_iter().map(move |image| (image.blob_name.clone(), signed))
    });
    images.collect()
}

fn day(time: Option<&Timestamp>) -> Option<Date> {
    when(time).map(|at| jiff::tz::TimeZone::UTC.to_datetime(at).date())
}

fn when(time: Option<&Timestamp>) -> Option<jiff::Timestamp> {
    time?.instant()
}

/// Its short name, whatever its case: `coi`, `w9`, `agreement`.
///
/// ```
/// use mycarrierpackets::models::DocumentKind;
///
/// assert_eq!("W9".parse(), Ok(DocumentKind::W9));
/// assert!("passport".parse::<DocumentKind>().is_err());
/// ```
impl std::str::FromStr for DocumentKind {
    type Err = crate::types::ParseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| crate::types::ParseError::new(name, "a kind of document", "coi, w9 or agreement"))
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Coi => "certificate of insurance",
            Self::W9 => "W-9 form",
            Self::Agreement => "signed agreement",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(kind: DocumentKind, carrier: serde_json::Value) -> Vec<String> {
        let carrier: CarrierData = serde_json::from_value(carrier).unwrap();
        carrier.documents(kind).iter().map(|document| document.name.to_string()).collect()
    }

    #[test]
    fn the_best_comes_first() {
        let certificate = |name: Option<&str>, ends: &str| serde_json::json!({"BlobName": name, "Coverage": [{"expirationDate": ends}, {"expirationDate": "0000-00-00"}]});
        let carrier = serde_json::json!({"AssureAdvantage": [{"CarrierDetails": {"CertData": {"Certificate": [
            certificate(Some("c/old"), "2025-01-01"),
            certificate(Some("c/none"), "soon"),
            certificate(None, "2030-01-01"),
            certificate(Some("c/new"), "2027-01-01"),
            certificate(Some("c/new"), "2026-01-01"),
        ]}}}]});
        assert_eq!(names(DocumentKind::Coi, carrier), ["c/new", "c/old", "c/none"]);
    }

    #[test]
    fn what_is_in_force_comes_before_what_is_newer() {
        let form = |active: bool, signed: &str, images: serde_json::Value| {
            serde_json::json!({
                "IsActive": active, "SignatureDate": signed, "CarrierW9FormImages": images
            })
        };
        let carrier = serde_json::json!({"CarrierW9Forms": [
            form(false, "2026-05-05T08:00:00", serde_json::json!([{"BlobName": "w/replaced"}])),
            form(true, "2025-05-05T08:00:00.123", serde_json::json!([
                {"BlobName": "w/first", "CreatedDate": "2025-05-05T08:00:00"},
                {"BlobName": "w/second", "CreatedDate": "2025-05-06T08:00:00"},
                {"BlobName": ""},
            ])),
            form(true, "2024-05-05T08:00:00", serde_json::Value::Null),
        ]});
        assert_eq!(names(DocumentKind::W9, carrier), ["w/second", "w/first", "w/replaced"]);
        let carrier = serde_json::json!({"CarrierCustomerAgreements": [
            {"IsActive": true, "SignatureDate": "2026-01-01T00:00:00", "CustomerAgreement": {"BlobName": "template"},
             "CarrierCustomerAgreementImages": [{"BlobName": "a/1"}]},
            {"IsActive": true, "OnCurrentCustomerAgreement": true, "CarrierCustomerAgreementImages": [{"BlobName": "a/2"}]},
            {"IsActive": false, "OnCurrentCustomerAgreement": true, "SignatureDate": "2026-06-01T00:00:00",
             "CarrierCustomerAgreementImages": [{"BlobName": "a/ended"}]},
            {"IsActive": true, "OnCurrentCustomerAgreement": false, "SignatureDate": "2026-07-01T00:00:00",
             "CarrierCustomerAgreementImages": [{"BlobName": "a/newer"}]},
        ]});
        assert_eq!(names(DocumentKind::Agreement, carrier), ["a/2", "a/newer", "a/1", "a/ended"]);
        for kind in DocumentKind::ALL {
            assert!(names(kind, serde_json::json!({"Message": "no packet"})).is_empty(), "{kind}");
        }
    }

    #[test]
    fn a_document_is_dated_by_its_signature_or_its_end() {
        let carrier: CarrierData = serde_json::from_value(serde_json::json!({
            "CarrierW9Forms": [{"SignatureDate": "2026-05-05T23:30:00-02:00", "CarrierW9FormImages": [{"BlobName": "w/1"}]}],
            "CarrierCustomerAgreements": [{"SignatureDate": "", "CarrierCustomerAgreementImages": [{"BlobName": "a/1"}]}],
            "AssureAdvantage": [{"CarrierDetails": {"CertData": {"Certificate": [
                {"BlobName": "c/1", "Coverage": [{"expirationDate": "2027-06-23"}]},
            ]}}}],
        }))
        .unwrap();
        let date = |kind| carrier.documents(kind).first().and_then(|document| document.date);
        assert_eq!(date(DocumentKind::W9), Some(jiff::civil::date(2026, 5, 6)), "in UTC");
        assert_eq!(date(DocumentKind::Agreement), None);
        assert_eq!(date(DocumentKind::Coi), Some(jiff::civil::date(2027, 6, 23)));
    }

    #[test]
    fn a_file_is_named_after_its_carrier() {
        let day = Some(jiff::civil::date(2027, 6, 23));
        for (carrier, date, expected) in [
            ("DOT 23868", day, "23868-coi-2027-06-23"),
            ("DOT 23868 MC113843", None, "23868-coi"),
            ("MC113843", None, "MC113843-coi"),
            ("TX 006543210/C", None, "TX 006543210-C-coi"),
        ] {
            assert_eq!(DocumentKind::Coi.file_stem(&carrier.parse().unwrap(), date), expected, "{carrier}");
        }
    }
}
