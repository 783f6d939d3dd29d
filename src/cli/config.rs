//! `countersign.toml`: the flags of a run and of a fuzzing session, kept in a file.
//!
//! The file is looked up in the current directory, or read from where `--config` says. It has two tables, whose keys are
//! the long names of flags without the dashes; a flag on the command line wins over the same key. An unknown key, a key
//! given twice or a wrong value is refused with its line.
//!
//! `[run]` holds flags of `countersign run`. Of those, every command that sends requests takes what means the same to it:
//! which subject, how to reach it and how fast.
//!
//! | key in `[run]` | value |
//! |---|---|
//! | `subject`, `endpoint`, `code-source` | text, as the flag takes it; `subject` and `endpoint` exclude each other |
//! | `revision` | `"aws-api-v0.3"`, `"2024-11-22"`, `"2026-06-01"` or `"2026-10-02"` |
//! | `auth`, `sign` | `"none"`, `"dummy"` or `"sigv4"` |
//! | `ca`, `exchanges`, `ledger`, `snapshots` | a path, relative to the current directory |
//! | `insecure`, `allow-aws`, `fail-fast`, `reproducible`, `curl`, `quiet`, `verbose` | `true` or `false` |
//! | `client-id`, `pool-id`, `username` | text |
//! | `known` | a list of paths, relative to the current directory |
//! | `filter`, `report` | a list of texts, as the flag takes them |
//! | `seed`, `jobs`, `rate` | a number; `seed` also takes `"random"` |
//! | `cases` | a number, a folder relative to the current directory, or a list of them |
//! | `shard` | text: `"3/16"` |
//! | `strength` | `2` or `3` |
//! | `confirm-failures` | a number, 0 to 20 |
//! | `format` | `"text"` or `"github"` |
//! | `gate` | `"documented"`, `"recorded"`, `"reported"` or `"inferred"` |
//! | `timeout` | text with a unit: `"500ms"`, `"10s"`, `"2m"` |
//!
//! `[fuzz]` holds flags of `countersign fuzz` alone, whose `cases` are other ones than those of a run.
//!
//! | key in `[fuzz]` | value |
//! |---|---|
//! | `corpus`, `dictionary` | a path, relative to the current directory |
//! | `time` | text with a unit, up to 720 hours: `"90s"`, `"15m"`, `"8h"` |
//! | `cases` | a number |
//! | `stateful` | `true` or `false` |
//! | `slow` | text with a unit: `"500ms"`, `"10s"`, `"2m"` |
//!
//! The client secret and the code have no key, since such a file is committed: they are given in
//! `COUNTERSIGN_CLIENT_SECRET` and `COUNTERSIGN_CODE`.
//!
//! ```toml
//! [run]
//! subject = "moto"
//! filter = ["CSU-HASH-*", "!sequence"]
//! jobs = 4
//! report = ["json=target/conformance.json"]
//!
//! [fuzz]
//! corpus = "fuzz-moto"
//! time = "15m"
//! ```

use super::diagnostic::Diagnosis;
use super::fuzz::SessionArgs;
use super::run_args::RunArgs;
use serde::de::{SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::path::Path;
use std::str::FromStr;

/// The name that is looked up in the current directory.
pub(crate) const FILE_NAME: &str = "countersign.toml";

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    run: RunArgs,
    fuzz: SessionArgs,
}

/// The flags of `flags`, completed by the file that they name or that lies in the current directory.
pub(crate) fn complete(flags: RunArgs) -> Result<RunArgs, Diagnosis> {
    let file = file(flags.config.as_deref())?;
    Ok(flags.or(file.run))
}

/// The flags of a session, completed by the file that is named or that lies in the current directory.
pub(crate) fn complete_session(flags: SessionArgs, named: Option<&Path>) -> Result<SessionArgs, Diagnosis> {
    Ok(flags.or(file(named)?.fuzz))
}

/// What the file says; nothing, where none is named and none lies in the current directory.
fn file(named: Option<&Path>) -> Result<ConfigFile, Diagnosis> {
    let path = named.unwrap_or(Path::new(FILE_NAME));
    match read(path) {
        Ok(text) => parse(path, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(ConfigFile::default()),
        Err(error) => Err(Diagnosis::usage(format!("cannot read `{}`", path.display())).caused_by(error)),
    }
}

/// A file of text that a flag names, of at most 1 MiB.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    String::from_utf8(read_bytes(path)?)
        .map_err(|error| io::Error::other(format!("byte {} is not UTF-8", error.utf8_error().valid_up_to())))
}

/// A file that a flag names, of at most 1 MiB.
pub(crate) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("longer than {FILE_BYTES_MAX} bytes")));
    }
    Ok(bytes)
}

fn parse(path: &Path, text: &str) -> Result<ConfigFile, Diagnosis> {
    let config: ConfigFile = toml::from_str(text)
        .map_err(|error| Diagnosis::usage(format!("`{}` is not valid", path.display())).caused_by(error))?;
    let run = &config.run;
    let exclusive = [
        ("subject", run.subject.is_some(), "endpoint", run.endpoint.is_some()),
        ("ca", run.ca.is_some(), "insecure", run.insecure == Some(true)),
        ("quiet", run.quiet == Some(true), "verbose", run.verbose == Some(true)),
    ];
    for (one, has_one, other, has_other) in exclusive {
        if has_one && has_other {
            let message = format!("`{}`: `{one}` and `{other}` exclude each other", path.display());
            return Err(Diagnosis::usage(message));
        }
    }
    Ok(config)
}

/// Reads a value that is text or a number through the reader that the flag has.
pub(crate) fn from_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    deserializer.deserialize_any(Scalar(PhantomData)).map(Some)
}

/// A value in a list.
struct Item<T>(T);

impl<'de, T: FromStr<Err = String>> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scalar(PhantomData)).map(Item)
    }
}

/// Reads one such value or a list of them.
pub(crate) fn one_or_list_from_text<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    deserializer.deserialize_any(OneOrList(PhantomData))
}

struct OneOrList<T>(PhantomData<T>);

impl<'de, T: FromStr<Err = String>> Visitor<'de> for OneOrList<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Vec<T>, E> {
        Scalar(PhantomData).visit_str(value).map(|item| vec![item])
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Vec<T>, E> {
        Scalar(PhantomData).visit_i64(value).map(|item| vec![item])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(Item(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}

/// Reads a list of such values.
pub(crate) fn list_from_text<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    let items = Vec::<Item<T>>::deserialize(deserializer)?;
    Ok(items.into_iter().map(|Item(item)| item).collect())
}

struct Scalar<T>(PhantomData<T>);

impl<T: FromStr<Err = String>> Scalar<T> {
    fn parse<E: serde::de::Error>(text: &str, unexpected: Unexpected<'_>) -> Result<T, E> {
        text.parse().map_err(|allowed: String| E::custom(format!("invalid value: {unexpected}; {allowed}")))
    }
}

impl<T: FromStr<Err = String>> Visitor<'_> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a number")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
        Self::parse(value, Unexpected::Str(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<T, E> {
        Self::parse(&value.to_string(), Unexpected::Signed(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<T, E> {
        Self::parse(&value.to_string(), Unexpected::Unsigned(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<T, E> {
        Self::parse(&value.to_string(), Unexpected::Float(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::diagnostic::write_error;
    use std::num::NonZeroU64;

    fn error(text: &str) -> String {
        let error = parse(Path::new("countersign.toml"), text).unwrap_err();
        let mut out = Vec::new();
        write_error(&mut anstream::StripStream::new(&mut out), &error.into()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_key_is_read_as_its_flag_is() {
        let file = r#"[run]
            subject = "moto"
            code-source = "any"
            auth = "dummy"
            sign = "none"
            ca = "ca.pem"
            insecure = false
            allow-aws = true
            revision = "2024-11-22"
            client-id = "c"
            pool-id = "p"
            username = "u"
            filter = ["CSU-*", "!state"]
            seed = 7
            cases = [1000, "mine"]
            shard = "3/16"
            strength = 3
            gate = "reported"
            known = ["known.toml"]
            jobs = 4
            rate = 0.5
            timeout = "500ms"
            confirm-failures = 3
            fail-fast = true
            report = ["json=a.json"]
            snapshots = "s"
            format = "github"
            exchanges = "e"
            reproducible = true
            ledger = "l"
            curl = true
            quiet = true
            verbose = false
        "#;
        let run = RunArgs {
            subject: Some("moto".into()),
            code_source: Some("any".into()),
            auth: "dummy".parse().ok(),
            sign: "none".parse().ok(),
            ca: Some("ca.pem".into()),
            insecure: Some(false),
            allow_aws: Some(true),
            revision: "2024-11-22".parse().ok(),
            client_id: Some("c".into()),
            pool_id: Some("p".into()),
            username: Some("u".into()),
            filter: vec!["CSU-*".parse().unwrap(), "!state".parse().unwrap()],
            seed: "7".parse().ok(),
            cases: vec!["1000".parse().unwrap(), "mine".parse().unwrap()],
            shard: "3/16".parse().ok(),
            strength: "3".parse().ok(),
            gate: "reported".parse().ok(),
            known: vec!["known.toml".into()],
            jobs: "4".parse().ok(),
            rate: "0.5".parse().ok(),
            timeout: "500ms".parse().ok(),
            confirm_failures: "3".parse().ok(),
            fail_fast: Some(true),
            report: vec!["json=a.json".parse().unwrap()],
            snapshots: Some("s".into()),
            format: "github".parse().ok(),
            exchanges: Some("e".into()),
            reproducible: Some(true),
            ledger: Some("l".into()),
            curl: Some(true),
            quiet: Some(true),
            verbose: Some(false),
            ..RunArgs::default()
        };
        assert_eq!(parse(Path::new("x"), file).unwrap().run, run);
    }

    #[test]
    fn every_key_of_a_session_is_read_as_its_flag_is() {
        let file = r#"
            [fuzz]
            corpus = "kept"
            time = "8h"
            cases = 5000
            stateful = true
            dictionary = "words.dict"
            slow = "2s"
        "#;
        let read = parse(Path::new("x"), file).unwrap();
        let fuzz = SessionArgs {
            corpus: Some("kept".into()),
            time: "8h".parse().ok(),
            cases: NonZeroU64::new(5000),
            stateful: Some(true),
            dictionary: Some("words.dict".into()),
            slow: "2s".parse().ok(),
        };
        assert_eq!(read, ConfigFile { fuzz, ..ConfigFile::default() });
    }

    #[test]
    fn one_value_of_cases_needs_no_list() {
        for (text, expected) in [("5", "5"), ("\"mine\"", "mine"), ("[\"mine\"]", "mine")] {
            let ConfigFile { run, .. } = parse(Path::new("x"), &format!("[run]\ncases = {text}\n")).unwrap();
            assert_eq!(run.cases, [expected.parse().unwrap()], "{text}");
        }
        assert!(error("[run]\ncases = 0\n").contains("integer `0`; allowed: a whole number from 1"));
    }

    #[test]
    fn an_unknown_key_is_shown_with_its_line_and_the_allowed_ones() {
        let text = error("[run]\njobs = 2\njobz = 3\n");
        let expected = "error: `countersign.toml` is not valid\n\
                        caused by: TOML parse error at line 3, column 1\n  |\n3 | jobz = 3\n  | ^^^^\n\
                        unknown field `jobz`, expected one of `subject`, `endpoint`, `code-source`, `auth`, `sign`, \
                        `ca`, `insecure`, `allow-aws`, `revision`, `client-id`, `pool-id`, `username`, `filter`, \
                        `seed`, `cases`, `shard`, `strength`, `gate`, `known`, `jobs`, `rate`, `timeout`, `confirm-failures`, `fail-fast`, `report`, \
                        `snapshots`, `format`, `exchanges`, `reproducible`, `ledger`, `curl`, `quiet`, `verbose`\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_wrong_value_is_shown_with_its_line_and_what_is_allowed() {
        assert_eq!(
            error("[run]\ntimeout = \"5\"\n"),
            "error: `countersign.toml` is not valid\n\
             caused by: TOML parse error at line 2, column 11\n  |\n2 | timeout = \"5\"\n  |           ^^^\n\
             invalid value: string \"5\"; allowed: a whole number with a unit from `1ms` to `10m`: `500ms`, `10s`, \
             `2m`\n"
        );
        assert!(
            error("[run]\njobs = 0\n")
                .contains("invalid value: integer `0`; allowed: a whole number from 1 to 256")
        );
        assert!(error("[run]\nsign = \"v4\"\n").contains("allowed: `none`, `dummy`, `sigv4`"));
        assert!(error("[run]\nreport = [\"xml=a\"]\n").contains("2 | report = [\"xml=a\"]"));
        assert!(error("[run]\ninsecure = \"yes\"\n").contains("expected a boolean"));
        assert!(error("[fuzz]\ncases = 0\n").contains("2 | cases = 0"));
        assert!(error("[fuzz]\ntime = \"1000h\"\n").contains("from `1ms` to `720h`"));
        assert!(error("[fuzz]\njobs = 2\n").contains("unknown field `jobs`, expected one of `corpus`"));
        assert!(error("[fuz]\n").contains("unknown field `fuz`, expected `run` or `fuzz`"));
    }

    #[test]
    fn secrets_have_no_key() {
        for key in ["client-secret", "code", "config"] {
            assert!(error(&format!("[run]\n{key} = \"x\"\n")).contains(&format!("unknown field `{key}`")));
        }
    }

    #[test]
    fn a_key_given_twice_and_keys_that_exclude_each_other_are_refused() {
        assert!(error("[run]\nseed = 1\nseed = 2\n").contains("duplicate key"));
        assert_eq!(
            error("[run]\nsubject = \"moto\"\nendpoint = \"http://x\"\n"),
            "error: `countersign.toml`: `subject` and `endpoint` exclude each other\n"
        );
    }

    #[test]
    fn a_terminal_escape_in_the_file_is_shown_and_not_sent() {
        let text = error("[run]\n\"\u{9b}31m\" = 1\n");
        assert!(!text.contains('\u{9b}') && text.contains("\\u{9b}31m"), "{text}");
    }

    #[test]
    fn a_file_that_is_named_must_exist_and_the_usual_one_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let flags = RunArgs { config: Some(folder.path().join("missing.toml")), ..RunArgs::default() };
        assert!(complete(flags).is_err());
        assert_eq!(complete(RunArgs::default()).unwrap(), RunArgs::default());
    }

    #[test]
    fn a_file_of_any_size_costs_no_more_than_the_limit() {
        assert!(read(Path::new("/dev/zero")).unwrap_err().to_string().contains("longer than"));
    }
}
