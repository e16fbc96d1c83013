//! Lists: read page by page, as pages, as records, or whole.

mod fetch;
mod listing;
mod pager;
mod pages;
mod progress;
mod record;

pub(crate) use fetch::{Paging, body_page, header_page};
pub use listing::{Listing, Page, Report};
pub use pager::Pager;
pub use pages::Pages;

#[cfg(test)]
mod tests;
