//! The command line of Countersign.

mod cli;

fn main() {}
