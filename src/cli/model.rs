//! `countersign model`: shows the built-in model, and compares it with a published file.

use anyhow::Context as _;
use countersign::model::{
    Change, FILE_BYTES_MAX, Format, Model, Revision, Touched, describe, diff, export, read,
};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show the request model, or compare it with a newer one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    countersign model show --format typescript\n  \
    countersign model diff cognito-identity-provider.json")]
pub(crate) struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ModelCommand {
    /// Show a built-in revision of ConfirmSignUp's model
    #[command(after_help = "Examples:\n  \
        countersign model show\n  \
        countersign model show --revision aws-api-v0.3 --format typescript\n  \
        countersign model show --format json-schema > confirm-sign-up.schema.json")]
    Show(ShowArgs),
    /// Compare a built-in revision with a Smithy JSON AST or a botocore service-2.json
    ///
    /// Each change is printed with the requirements and the number of cases that it touches. Exit code: 0 without
    /// changes, 1 with some, 2 if the file cannot be read.
    #[command(after_help = "Examples:\n  \
        countersign model diff botocore/data/cognito-idp/2016-04-18/service-2.json.gz\n  \
        countersign model diff cognito-identity-provider.json --revision 2024-11-22")]
    Diff(DiffArgs),
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// The revision of the model: aws-api-v0.3, 2024-11-22, 2026-06-01 or 2026-10-02
    #[arg(long, value_name = "REVISION", default_value_t)]
    revision: Revision,
    /// The form of the output: table, typescript, json-schema or smithy
    #[arg(long, value_name = "FORMAT", default_value = Format::Table.name())]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct DiffArgs {
    /// The published model, plain or gzip
    file: PathBuf,
    /// The revision to compare with: aws-api-v0.3, 2024-11-22, 2026-06-01 or 2026-10-02
    #[arg(long, value_name = "REVISION", default_value_t)]
    revision: Revision,
}

/// Runs the command. `touched` says which requirements and cases a change touches; `out` takes what is printed.
pub(crate) fn run(
    args: ModelArgs,
    touched: &dyn Fn(&Change) -> Touched,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    match args.command {
        ModelCommand::Show(show) => {
            out.write_all(export(Model::of(show.revision), show.format).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        ModelCommand::Diff(with) => {
            let name = countersign::wire::escape(with.file.display().to_string().as_bytes());
            let newer =
                read(&name, &bytes_of(&with.file).with_context(|| format!("`{name}`: cannot be read"))?)?;
            let changes = diff(Model::of(with.revision), &newer);
            if changes.is_empty() {
                writeln!(out, "no change of ConfirmSignUp since {}", with.revision)?;
                return Ok(ExitCode::SUCCESS);
            }
            let count =
                if changes.len() == 1 { "1 change".to_owned() } else { format!("{} changes", changes.len()) };
            writeln!(out, "{count} of ConfirmSignUp since {}", with.revision)?;
            out.write_all(describe(&changes, touched).as_bytes())?;
            Ok(ExitCode::from(1))
        }
    }
}

/// The bytes of the file, up to one more than the reader takes: that one makes the reader refuse it.
fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
