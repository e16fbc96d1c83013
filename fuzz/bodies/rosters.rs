//! Any file is a roster or refused; what was read and written reads the same again.

use mycarrierpackets::types::{CarrierId, DocketKind};
use std::collections::HashSet;

/// Checks the bytes of a file; `read` is the reader of rosters, of each carrier all the numbers.
pub fn check(data: &[u8], read: impl Fn(&[u8]) -> Result<Vec<Vec<CarrierId>>, String>) {
    let carriers = match read(data) {
        Ok(carriers) => carriers,
        Err(reason) => return assert!(!reason.is_empty(), "refused without a word"),
    };
    let mut numbers = HashSet::new();
    for number in carriers.iter().flatten() {
        assert!(numbers.insert(number), "{number} is there twice");
    }
    let mut table = "DOTNumber,MCNumber,FFNumber,MXNumber,IntrastateNumber\n".to_owned();
    for carrier in &carriers {
        let dot = carrier.iter().find_map(CarrierId::dot_number).map(|dot| dot.to_string());
        let [mc, ff, mx] = [DocketKind::Mc, DocketKind::Ff, DocketKind::Mx].map(|series| {
            let docket = carrier.iter().filter_map(CarrierId::docket_number).find(|docket| docket.kind() == series);
            docket.map(ToString::to_string)
        });
        let federal = [dot, mc, ff, mx].map(Option::unwrap_or_default).join(",");
        let states: Vec<_> = carrier.iter().filter_map(CarrierId::intrastate_number).collect();
        // A row has one number of a state; a carrier with several has as many rows.
        for number in if states.is_empty() { vec![""] } else { states } {
            table += &format!("{federal},\"{}\"\n", number.replace('"', "\"\""));
        }
    }
    assert_eq!(read(table.as_bytes()).as_ref(), Ok(&carriers), "{table}");
}
