//! Every monitored carrier with its data, several pages at a time; what could not be read is reported, not lost.

use std::error::Error;

mod support;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_sandbox, client) = support::sandbox().await?;
    let mut carriers = client.monitoring().data().page_size(50).concurrency(4);
    let mut stored = 0_u64;
    while let Some(carrier) = carriers.read_next().await? {
        // Replace the whole record of the carrier in your store: what the answer leaves out is no longer so.
        if carrier.dot_number.is_some() {
            stored += 1;
        }
    }
    for error in carriers.rejected() {
        eprintln!("a record could not be read: {error}");
    }
    let report = carriers.report();
    println!("{stored} of {} carriers stored, {} not readable", report.items + report.rejected, report.rejected);
    if !report.complete || report.changed {
        return Err("the list was not read whole or changed while it was read: read it again".into());
    }
    Ok(())
}
