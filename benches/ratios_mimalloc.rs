//! The same measurements with the allocator mimalloc: decoding is half allocation, and that is the program's choice.

#[path = "ratios.rs"]
mod ratios;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    ratios::main();
}
