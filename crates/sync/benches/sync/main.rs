//! How fast a store is kept up to date, what one takes, and what a customer costs at which nothing happens;
//! `cargo xtask bench --only sync` calls it and prints what it finds.
//!
//! Each prints lines of JSON.

mod bare;
mod carriers;
mod polls;
mod server;
mod vendor;
mod year;

/// Measures what the arguments name.
pub fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match arguments.as_slice() {
        ["polls", runs] => runtime.block_on(polls::measure(runs.parse().expect("a number of runs"))),
        ["first", base, file] => runtime.block_on(carriers::first(base, file)),
        ["year", carriers] => runtime.block_on(year::simulate(carriers.parse().expect("a number of carriers"))),
        // `cargo bench` runs it without arguments too.
        _ => println!("use: polls RUNS | first BASE FILE | year CARRIERS"),
    }
}
