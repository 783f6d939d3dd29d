//! The command line of Countersign.

mod cli;

// Cases are made of many small allocations: a third of the time of `countersign prove` went to the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
