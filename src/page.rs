//! Lists: read page by page, as pages, as records, or whole.

mod fetch;
mod listing;
mod pager;
mod pages;
mod progress;
mod record;
mod row;

#[cfg(feature = "feed")]
pub(crate) use fetch::only_page;
pub(crate) use fetch::{Paging, body_page, header_page};
pub use listing::{Listing, Page, Report};
pub use pager::Pager;
pub use pages::Pages;
pub use row::Row;

#[cfg(test)]
mod tests;
