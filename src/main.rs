//! The command line of Countersign.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
