//! Numbers that stand for words. New ones appear without notice.

open_codes! {
    /// What a phone number or e-mail address is to a carrier (`AssociationType`).
    ///
    /// ```
    /// use mycarrierpackets::types::AssociationKind;
    ///
    /// assert_eq!(AssociationKind::from_code(17), AssociationKind::Dispatcher);
    /// assert_eq!(AssociationKind::from_code(99).code(), 99);
    /// ```
    AssociationKind: "What a phone number or e-mail address is to a carrier; 1 to 19 are known." {
        /// The company.
        Company = 1,
        /// Its support.
        Support = 2,
        /// Its claims desk.
        Claims = 3,
        /// Its safety manager.
        SafetyManager = 4,
        /// Its dispatch service.
        DispatchService = 5,
        /// Its owner.
        Owner = 6,
        /// Where it takes available loads.
        AvailableLoads = 7,
        /// A user it authorized.
        AuthorizedUser = 8,
        /// A user whose authorization is pending.
        UserAuthorizationPending = 9,
        /// A user it did not authorize.
        UserAuthorizationDenied = 10,
        /// A user whose authorization needs a second look.
        UserAuthorizationFollowUp = 11,
        /// A user it verified.
        VerifiedUser = 12,
        /// A user whose verification is pending.
        UserVerificationPending = 13,
        /// A user it denied.
        UserVerificationDenied = 14,
        /// A user whose verification needs a second look.
        UserVerificationFollowUp = 15,
        /// A driver.
        Driver = 16,
        /// A dispatcher.
        Dispatcher = 17,
        /// The record behind its MC number.
        McRecord = 18,
        /// The record behind its DOT number.
        DotRecord = 19,
    }
}

open_codes! {
    /// Where an e-mail address of a carrier comes from (`EmailType`).
    ///
    /// ```
    /// use mycarrierpackets::types::EmailKind;
    ///
    /// assert_eq!(EmailKind::from_code(3), EmailKind::Fmcsa);
    /// ```
    EmailKind: "Where an e-mail address comes from: 1 MyCarrierPackets, 2 the company, 3 FMCSA." {
        /// A user of MyCarrierPackets.
        MyCarrierPackets = 1,
        /// The company.
        Company = 2,
        /// The records of FMCSA.
        Fmcsa = 3,
    }
}

open_codes! {
    /// Where the preview of a carrier comes from (`Source`).
    ///
    /// ```
    /// use mycarrierpackets::types::Source;
    ///
    /// assert_eq!(Source::from_code(0), Source::Unknown);
    /// assert!(!Source::from_code(4).is_known());
    /// ```
    Source: "Where data comes from: 0 unknown, 1 a third party, 2 MyCarrierPackets, 3 FMCSA." {
        /// The vendor does not know.
        Unknown = 0,
        /// A third party.
        ThirdParty = 1,
        /// MyCarrierPackets.
        MyCarrierPackets = 2,
        /// The records of FMCSA.
        Fmcsa = 3,
    }
}

open_codes! {
    /// What came of a VIN verification (`StatusID`).
    ///
    /// ```
    /// use mycarrierpackets::types::VinStatus;
    ///
    /// assert_eq!(VinStatus::from_code(2), VinStatus::BelongsToCarrier);
    /// ```
    VinStatus: "What came of a VIN verification: 1 sent, 2 the carrier's, 3 another carrier's, 4 undetermined." {
        /// Sent, and not answered yet. That 1 means this is an assumption; the vendor's list begins at 2.
        RequestSent = 1,
        /// The vehicle is the carrier's.
        BelongsToCarrier = 2,
        /// The vehicle is another carrier's.
        BelongsToAnotherCarrier = 3,
        /// Nobody could tell.
        Undetermined = 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives() {
        for code in -1..=25 {
            let kinds =
                (AssociationKind::from_code(code), EmailKind::from(code), Source::from(code), VinStatus::from(code));
            assert_eq!((kinds.0.code(), kinds.1.code(), kinds.2.code(), i32::from(kinds.3)), (code, code, code, code));
            let known = (kinds.0.is_known(), kinds.1.is_known(), kinds.2.is_known(), kinds.3.is_known());
            let expected =
                ((1..=19).contains(&code), (1..=3).contains(&code), (0..=3).contains(&code), (1..=4).contains(&code));
            assert_eq!(known, expected, "{code}");
        }
    }

    #[test]
    fn crosses_json_as_number() {
        for (json, kind) in [("2", EmailKind::Company), (r#""2""#, EmailKind::Company), ("9", EmailKind::Other(9))] {
            assert_eq!(serde_json::from_str::<EmailKind>(json).unwrap(), kind, "{json}");
        }
        assert_eq!(serde_json::to_string(&[EmailKind::Fmcsa, EmailKind::Other(9)]).unwrap(), "[3,9]");
        assert!(serde_json::from_str::<EmailKind>("null").is_err());
        assert_eq!(format!("{} {}", Source::ThirdParty, Source::Other(9)), "ThirdParty code 9");
    }
}
