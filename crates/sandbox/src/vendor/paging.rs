//! Pages of a list, in the header or in the body, and the rules for what a client asks for.

use crate::vendor::answer::{Answer, Failure};
use crate::vendor::json::{Json, k};
use crate::vendor::request::Params;

/// The page sizes of an operation: default and maximum.
pub(crate) type Sizes = (u64, u64);

pub(crate) const LISTS: Sizes = (2500, 5000);
pub(crate) const RECORDS: Sizes = (250, 500);

pub(crate) struct Page {
    number: u64,
    size: u64,
    total: u64,
}

impl Page {
    /// A size out of range is replaced by the default rather than refused or cut down; what is not a number is refused.
    pub(crate) fn read(params: &Params, (default, max): Sizes, total: usize) -> Result<Self, Failure> {
        let whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |name| match params.get(name).map(str::trim) {
            // Larger than any number is out of range, too.
            Some(text) if whole(text) => Ok(Some(text.parse().unwrap_or(0))),
            _ => Ok(params.int(name)?.map(|number| u64::try_from(number).unwrap_or(0))),
        };
        Ok(Self {
            number: number("pageNumber")?.filter(|&n| n >= 1).unwrap_or(1),
            size: number("pageSize")?.filter(|n| (1..=max).contains(n)).unwrap_or(default),
            total: total as u64,
        })
    }

    pub(crate) fn is_first(&self) -> bool {
        self.number == 1
    }

    /// The part of `items` on this page; nothing beyond the end.
    pub(crate) fn of<'i, T>(&self, items: &'i [T]) -> &'i [T] {
        let length = items.len() as u64;
        let start = (self.number - 1).saturating_mul(self.size).min(length);
        let end = start.saturating_add(self.size).min(length);
        &items[start as usize..end as usize]
    }

    fn pages(&self) -> u64 {
        self.total.div_ceil(self.size)
    }

    /// Puts the pagination into the `X-Pagination` header.
    pub(crate) fn in_header(&self, answer: Answer) -> Answer {
        let Self { number, size, total } = self;
        let pages = self.pages();
        answer.header(
            "x-pagination",
            format!(r#"{{"pageNumber":{number},"pageSize":{size},"totalPages":{pages},"totalCount":{total}}}"#),
        )
    }

    /// Writes an answer that carries the pagination in its body; `write` writes one element of `data`.
    pub(crate) fn in_body<T>(
        &self,
        root: &'static str,
        items: &[T],
        bytes_per_item: usize,
        mut write: impl FnMut(&mut Json, &T),
    ) -> Result<Answer, Failure> {
        let mut w = Json::new(items.len() * bytes_per_item + 512);
        w.open();
        let small = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        w.int(k!("pageNumber"), small(self.number));
        w.int(k!("pageSize"), small(self.size));
        w.int(k!("totalPages"), small(self.pages()));
        w.int(k!("totalCount"), small(self.total));
        w.flag(k!("succeeded"), true);
        w.null(k!("message"));
        w.raw(k!("data"));
        w.array();
        for (n, item) in items.iter().enumerate() {
            w.item(n);
            write(&mut w, item);
        }
        w.end_array();
        w.close();
        Ok(Answer::api(root, w.finish()))
    }
}
