//! Whether an answer is one page of several. Whoever takes it for the whole list removes or forgets the rest.

use mycarrierpackets::{Operation, RawAnswer};
use serde::Deserialize;
use serde_json::Value;

/// Which page of how many an answer is.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    #[serde(default)]
    page_number: Value,
    #[serde(default)]
    total_pages: Value,
    #[serde(default)]
    total_count: Value,
}

/// The page that an answer says it is, if there are others.
pub fn of(answer: &RawAnswer) -> Option<Page> {
    let header = answer.headers.get("X-Pagination").map(|value| value.as_bytes());
    let page: Page = match header {
        Some(header) => serde_json::from_slice(header).ok()?,
        None if answer.body.starts_with(b"{") => serde_json::from_slice(&answer.body).ok()?,
        None => return None,
    };
    (number(&page.total_pages)? > 1).then_some(page)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

impl Page {
    /// The remark about it, for a person.
    pub fn remark(&self, operation: Operation) -> String {
        let (page, pages) = (number(&self.page_number).unwrap_or(1), number(&self.total_pages).unwrap_or(1));
        let count = number(&self.total_count).map(|count| format!(", {count} items in all")).unwrap_or_default();
        let all = whole(operation).map(|command| format!("`mycarrierpackets {command}` reads all of them; "));
        let more = format!("--param pageNumber={} brings the next", if page < pages { page + 1 } else { 1 });
        format!("This is page {page} of {pages}{count}: {}{more}.", all.unwrap_or_default())
    }
}

/// The command that reads every page.
fn whole(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::MonitoredCarriers => Some("monitor list"),
        Operation::MonitoredCarrierData => Some("monitor data"),
        Operation::GetMonitoredCarrierContactsData => Some("monitor contacts"),
        Operation::GetMonitoredCarriersRiskAssessment => Some("monitor risk"),
        Operation::CarriersChanges => Some("monitor changes"),
        Operation::BlockedCarriers => Some("block list"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paged_operation_has_a_command_that_reads_it_whole() {
        for info in Operation::all() {
            assert_eq!(whole(info.operation).is_some(), info.pagination.is_some(), "{}", info.id);
        }
    }
}
