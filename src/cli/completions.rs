//! `countersign completions SHELL`.

use clap_complete::Shell;
use std::io::{self, Write};

/// Print the completion script of a shell
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  countersign completions bash > ~/.local/share/bash-completion/completions/countersign
  countersign completions zsh > ~/.zfunc/_countersign
  countersign completions fish > ~/.config/fish/completions/countersign.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell to print it for
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Writes them.
pub(crate) fn write_completions(
    out: &mut dyn Write,
    args: &CompletionsArgs,
    command: &mut clap::Command,
) -> io::Result<()> {
    // Into memory first: clap_complete panics where a writer fails, and a closed pipe is no bug.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "countersign", &mut script);
    out.write_all(&script)?;
    out.flush()
}
