//! The lists that `countersign sdk` prints: cases, drivers, and what was found of a driver.

use super::super::exit::Exit;
use super::super::style;
use super::super::values::{Format, Pattern};
use super::{SdkCase, Shipped, selected};
use countersign::report::printable;
use countersign::sdk::DriverReport;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, Clone, clap::Args)]
pub(super) struct CasesArgs {
    /// Take only cases whose id, layer, level or requirement matches; repeatable
    #[arg(long, value_name = "GLOB")]
    filter: Vec<Pattern>,
    /// Add the cases in a folder of your own; repeatable
    #[arg(long, value_name = "DIR")]
    cases: Vec<PathBuf>,
    /// The form of the list: table or json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    level: &'static str,
    layer: &'static str,
    reason: &'a str,
    requirements: Vec<String>,
    evidence: &'a [String],
}

impl<'a> From<&'a Arc<SdkCase>> for Row<'a> {
    fn from(case: &'a Arc<SdkCase>) -> Self {
        Self {
            id: case.id.as_str(),
            level: case.level().name(),
            layer: case.layer.name(),
            reason: &case.reason,
            requirements: countersign::sdk::judge::requirements(case).into_iter().map(|id| id.0).collect(),
            evidence: &case.evidence,
        }
    }
}

/// Lists the cases.
pub(super) fn cases(args: &CasesArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let cases = selected(&args.cases, &args.filter)?.cases;
    let rows: Vec<Row<'_>> = cases.iter().map(Row::from).collect();
    match args.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&rows)?)?,
        Format::Table => {
            for row in &rows {
                writeln!(
                    out,
                    "{:<8} {:<46} {}",
                    row.level,
                    printable::line(row.id),
                    printable::line(row.reason)
                )?;
            }
        }
    }
    let exit = if rows.is_empty() { Exit::NoCase } else { Exit::Conformant };
    Ok(exit.into())
}

/// Lists the SDKs that come with a driver.
pub(super) fn drivers(out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    for Shipped { name, version, language, install, .. } in Shipped::all()? {
        writeln!(out, "{name:<28} {version:<12} {language:<12} {}", install.name())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what was found of a driver.
pub(super) fn driver_report(report: &DriverReport, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let palette = style::palette();
    let hello = &report.hello;
    let features: Vec<&str> = hello.features.iter().map(|feature| feature.name()).collect();
    writeln!(
        out,
        "{} {} ({}), features: {}",
        printable::line(&hello.name),
        printable::line(&hello.version),
        printable::line(&hello.language),
        if features.is_empty() { "none".to_owned() } else { features.join(", ") }
    )?;
    let mut exit = Exit::Conformant;
    for finding in &report.findings {
        match &finding.wrong {
            None => writeln!(out, "  {}ok{:#}    {}", palette.good, palette.good, finding.check)?,
            Some(wrong) => {
                exit = Exit::Mismatch;
                writeln!(out, "  {}WRONG{:#} {}", palette.fail, palette.fail, finding.check)?;
                writeln!(out, "        {}", printable::line(wrong))?;
            }
        }
    }
    Ok(exit.into())
}
