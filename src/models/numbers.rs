//! Which carrier a record is about, by the numbers that stand in it.

use super::{BlockedCarrier, CarrierChange, CarrierDetails, CompletedPacket, MonitoredCarrier};
use crate::types::{CarrierId, DocketText, DotNumber};

// A number of its state's that cannot be read is left out where the carrier has another.
fn named(dot: Option<DotNumber>, docket: Option<&DocketText>, state: Option<&str>) -> Option<CarrierId> {
    let docket = docket.and_then(DocketText::docket);
    let whole = CarrierId::from_parts(dot, docket.clone(), state);
    whole.or_else(|_| CarrierId::from_parts(dot, docket, None)).ok()
}

macro_rules! listed {
    ($($type:ident)+) => {$(
        impl $type {
            /// The carrier by its numbers; `None` if the record has none that can be read.
            ///
            /// ```
            /// use mycarrierpackets::models::MonitoredCarrier;
            ///
            /// let carrier: MonitoredCarrier = serde_json::from_str(r#"{"DOTNumber": 9000001}"#)?;
            /// assert_eq!(carrier.carrier_id(), "DOT 9000001".parse().ok());
            /// # Ok::<(), serde_json::Error>(())
            /// ```
            pub fn carrier_id(&self) -> Option<CarrierId> {
                named(self.dot_number, self.docket_number.as_ref(), self.intrastate_number.as_deref())
            }
        }
    )+};
}

listed!(MonitoredCarrier BlockedCarrier);

impl CarrierDetails {
    /// The carrier by its numbers; `None` if the record has none that can be read.
    ///
    /// ```
    /// use mycarrierpackets::models::CarrierDetails;
    ///
    /// let read = |json| serde_json::from_str::<CarrierDetails>(json).map(|carrier| carrier.carrier_id());
    /// let carrier = read(r#"{"dotNumber": {"Value": "9000001"}, "docketNumber": "MC900001"}"#)?;
    /// assert_eq!(carrier, "DOT 9000001 MC900001".parse().ok());
    /// assert_eq!(read(r#"{"dotNumber": {"Value": "not available"}}"#)?, None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn carrier_id(&self) -> Option<CarrierId> {
        let dot = self.dot_number.as_ref().and_then(|dot| dot.value.as_deref());
        named(dot.and_then(|dot| DotNumber::from_field(dot).ok()), self.docket_number.as_ref(), None)
    }
}

impl CarrierChange {
    /// The carrier that changed; `None` if the row has no number of it that can be read.
    ///
    /// ```
    /// use mycarrierpackets::models::CarrierChange;
    ///
    /// let change: CarrierChange = serde_json::from_str(r#"{"CarrierDetails": {"docketNumber": "MC900001"}}"#)?;
    /// assert_eq!(change.carrier_id(), "MC900001".parse().ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn carrier_id(&self) -> Option<CarrierId> {
        self.carrier_details.as_ref()?.carrier_id()
    }
}

impl CompletedPacket {
    /// The carrier that completed the packet; `None` if the row has no number of it that can be read.
    ///
    /// ```
    /// use mycarrierpackets::models::CompletedPacket;
    ///
    /// let packet: CompletedPacket = serde_json::from_str(r#"{"DOTNumber": 9000001}"#)?;
    /// assert_eq!(packet.carrier_id(), "DOT 9000001".parse().ok());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn carrier_id(&self) -> Option<CarrierId> {
        named(self.dot_number, self.docket_number.as_ref(), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_about_whom_its_numbers_name() {
        let cases = [
            (r#"{"DOTNumber": 9000001, "DocketNumber": "MC900001"}"#, Some("DOT 9000001 MC900001")),
            (r#"{"DOTNumber": 9000001, "DocketNumber": "NA", "IntrastateNumber": " "}"#, Some("DOT 9000001")),
            // What cannot be read costs nothing where another number can.
            (r#"{"DOTNumber": 9000001, "IntrastateNumber": "none"}"#, Some("DOT 9000001")),
            (r#"{"DocketNumber": "MC900001"}"#, Some("MC900001")),
            (r#"{"IntrastateNumber": "none"}"#, None),
            (r#"{"CreatedBy": "somebody"}"#, None),
        ];
        for (json, expected) in cases {
            let expected = expected.map(|text| text.parse::<CarrierId>().unwrap());
            let monitored: MonitoredCarrier = serde_json::from_str(json).unwrap();
            let blocked: BlockedCarrier = serde_json::from_str(json).unwrap();
            assert_eq!((monitored.carrier_id(), blocked.carrier_id()), (expected.clone(), expected), "{json}");
        }
        let state: MonitoredCarrier = serde_json::from_str(r#"{"IntrastateNumber": "TX 006543210C"}"#).unwrap();
        assert_eq!(state.carrier_id(), CarrierId::intrastate("TX 006543210C").ok());
    }
}
