//! Any file is a roster or refused; what was read and written reads the same again.

use mycarrierpackets::types::{CarrierId, Sameness};

/// Checks the bytes of a file; `read` is the reader of rosters.
pub fn check(data: &[u8], read: impl Fn(&[u8]) -> Result<Vec<CarrierId>, String>) {
    let carriers = match read(data) {
        Ok(carriers) => carriers,
        Err(reason) => return assert!(!reason.is_empty(), "refused without a word"),
    };
    for (n, one) in carriers.iter().enumerate().take(64) {
        let twice = carriers[..n].iter().find(|other| one.compare(other) == Sameness::Same);
        assert_eq!(twice, None, "{one} is there twice");
    }
    let mut table = "DOTNumber,DocketNumber,IntrastateNumber\n".to_owned();
    for carrier in &carriers {
        let dot = carrier.dot_number().map(|dot| dot.to_string());
        let docket = carrier.docket_number().map(ToString::to_string);
        let quoted = carrier.intrastate_number().map(|number| format!("\"{}\"", number.replace('"', "\"\"")));
        let [dot, docket, intrastate] = [dot, docket, quoted].map(Option::unwrap_or_default);
        table += &format!("{dot},{docket},{intrastate}\n");
    }
    let again = read(table.as_bytes());
    assert_eq!(again.as_ref(), Ok(&carriers), "{table}");
}
