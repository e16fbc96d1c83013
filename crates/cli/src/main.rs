//! The command line of the MyCarrierPackets API.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    mycarrierpackets_cli::run()
}
