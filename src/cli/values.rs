//! The values that flags and `countersign.toml` share: one reader each, whose error says what is allowed.

use countersign::harness::CONFIRMATIONS_MAX;
use countersign::replay::transport::is_aws_host;
use countersign::requirement::Attestation;
use countersign::seed::Seed;
use globset::{GlobBuilder, GlobMatcher};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The largest number of connections that a run may use.
pub(crate) const JOBS_MAX: usize = 256;

/// The longest time that one request may be given.
pub(crate) const TIMEOUT_MAX: Duration = Duration::from_mins(10);

/// The largest rate, in requests a second.
pub(crate) const RATE_MAX: f64 = 1_000_000.0;

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signing {
    /// Not at all.
    None,
    /// With a header of the shape of `SigV4` that no credentials stand behind.
    Dummy,
    /// With `SigV4`, by the credentials of the subject's profile or else of the environment.
    SigV4,
}

impl Signing {
    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Dummy => "dummy",
            Self::SigV4 => "sigv4",
        }
    }
}

impl FromStr for Signing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::None, Self::Dummy, Self::SigV4]
            .into_iter()
            .find(|signing| signing.name() == text)
            .ok_or_else(|| "allowed: `none`, `dummy`, `sigv4`".to_owned())
    }
}

/// For whom a run prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RunFormat {
    /// For people.
    #[default]
    Text,
    /// For people, and annotations for GitHub Actions after that.
    Github,
}

impl FromStr for RunFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "github" => Ok(Self::Github),
            _ => Err("allowed: `text`, `github`".to_owned()),
        }
    }
}

/// The seed of a run: a number, or `random`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeedChoice {
    /// This one.
    Fixed(Seed),
    /// One that differs from run to run. The report says which.
    Random,
}

impl FromStr for SeedChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "random" => Ok(Self::Random),
            text => text
                .parse()
                .map(|number| Self::Fixed(Seed(number)))
                .map_err(|_| format!("allowed: `random`, or a whole number from 0 to {}", u64::MAX)),
        }
    }
}

/// A time limit: `500ms`, `10s`, `2m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timeout(pub(crate) Duration);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let time = number.parse::<u64>().ok().and_then(|number| match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
            _ => None,
        });
        time.filter(|time| !time.is_zero() && *time <= TIMEOUT_MAX).map(Self).ok_or_else(|| {
            "allowed: a whole number with a unit from `1ms` to `10m`: `500ms`, `10s`, `2m`".to_owned()
        })
    }
}

/// The longest time that a fuzzing session may be given.
const SPAN_MAX: Duration = Duration::from_hours(24 * 30);

/// How long a session may take: `90s`, `15m`, `8h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let time = number.parse::<u64>().ok().and_then(|number| match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" => number.checked_mul(60).map(Duration::from_secs),
            "h" => number.checked_mul(3600).map(Duration::from_secs),
            _ => None,
        });
        time.filter(|time| !time.is_zero() && *time <= SPAN_MAX).map(Self).ok_or_else(|| {
            "allowed: a whole number with a unit from `1ms` to `720h`: `90s`, `15m`, `8h`".to_owned()
        })
    }
}

/// A pace, in requests a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate(pub(crate) f64);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|rate: &f64| *rate > 0.0 && *rate <= RATE_MAX)
            .map(Self)
            .ok_or_else(|| format!("allowed: requests a second, above 0 and at most {RATE_MAX}"))
    }
}

/// A number of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jobs(pub(crate) usize);

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|jobs| (1..=JOBS_MAX).contains(jobs))
            .map(Self)
            .ok_or_else(|| format!("allowed: a whole number from 1 to {JOBS_MAX}"))
    }
}

/// A value of `--confirm-failures`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confirmations(pub(crate) u8);

impl FromStr for Confirmations {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|times| (0..=CONFIRMATIONS_MAX).contains(times))
            .map(Self)
            .ok_or_else(|| format!("allowed: a whole number from 0 to {CONFIRMATIONS_MAX}"))
    }
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Format {
    /// Text for people.
    #[default]
    Table,
    /// JSON.
    Json,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            _ => Err("allowed: `table`, `json`".to_owned()),
        }
    }
}

/// A value of `--cases`: how many cases to run over all rounds, or a folder that holds more of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cases {
    /// So many.
    Count(u64),
    /// This folder.
    Folder(PathBuf),
}

impl Cases {
    /// The last number among `given`.
    pub(crate) fn count(given: &[Self]) -> Option<u64> {
        let number = |cases: &Self| match cases {
            Self::Count(count) => Some(*count),
            Self::Folder(_) => None,
        };
        given.iter().rev().find_map(number)
    }

    /// The folders among `given`.
    pub(crate) fn folders(given: &[Self]) -> Vec<PathBuf> {
        let folder = |cases: &Self| match cases {
            Self::Folder(folder) => Some(folder.clone()),
            Self::Count(_) => None,
        };
        given.iter().filter_map(folder).collect()
    }
}

impl FromStr for Cases {
    type Err = String;

    /// What looks like a number is one: a folder of such a name is written `./5`.
    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = || "allowed: a whole number from 1, or a folder with case files".to_owned();
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
        if is_number && text.bytes().any(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().filter(|count| *count > 0).map(Self::Count).ok_or_else(allowed);
        }
        if text.is_empty() { Err(allowed()) } else { Ok(Self::Folder(text.into())) }
    }
}

/// The weakest attestation that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gate(pub(crate) Attestation);

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|attestation| *attestation != Attestation::Unattested)
            .map(Self)
            .ok_or_else(|| "allowed: `documented`, `recorded`, `reported`, `inferred`".to_owned())
    }
}

/// The URL of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint(pub(crate) String);

impl Endpoint {
    /// The host alone, in lower case.
    pub(crate) fn host(&self) -> String {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let host = match authority.split_once(']') {
            Some((address, _)) => address.trim_start_matches('['),
            None => authority.split(':').next().unwrap_or_default(),
        };
        host.trim_end_matches('.').to_ascii_lowercase()
    }

    /// Whether the host belongs to AWS, which is never tested by accident.
    pub(crate) fn is_aws(&self) -> bool {
        is_aws_host(&self.host())
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let endpoint = Self(text.to_owned());
        let has_scheme = text.starts_with("http://") || text.starts_with("https://");
        let is_clean = text.bytes().all(|byte| byte.is_ascii_graphic());
        // A name and password before the host would end up in every report.
        if has_scheme && is_clean && !text.contains('@') && !endpoint.host().is_empty() {
            Ok(endpoint)
        } else {
            Err("allowed: `http://HOST[:PORT]`, `https://HOST[:PORT]`, without user name".to_owned())
        }
    }
}

/// A pattern of `--filter`.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    text: String,
    excludes: bool,
    matcher: GlobMatcher,
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (excludes, glob) = match text.strip_prefix('!') {
            Some(glob) => (true, glob),
            None => (false, text),
        };
        if glob.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        let glob = GlobBuilder::new(glob)
            .case_insensitive(true)
            .literal_separator(false)
            .build()
            .map_err(|error| error.kind().to_string())?;
        Ok(Self { text: text.to_owned(), excludes, matcher: glob.compile_matcher() })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Which cases a run takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filter(pub(crate) Vec<Pattern>);

impl Filter {
    /// Whether a case is taken that goes by these names: its id, its layer, the requirements that govern it. It is
    /// taken when a pattern matches one of them, or there are none but excluding ones, and no excluding one does.
    pub(crate) fn takes(&self, names: &[&str]) -> bool {
        let matches = |pattern: &&Pattern| names.iter().any(|name| pattern.matcher.is_match(name));
        let (excluding, including): (Vec<_>, Vec<_>) = self.0.iter().partition(|pattern| pattern.excludes);
        (including.is_empty() || including.iter().any(matches)) && !excluding.iter().any(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_needs_a_unit_and_a_sensible_size() {
        for (text, expected_ms) in [("500ms", 500), ("10s", 10_000), ("10m", 600_000), ("1ms", 1)] {
            let Timeout(time) = text.parse().unwrap();
            assert_eq!(time, Duration::from_millis(expected_ms));
        }
        for text in [
            "",
            "5",
            "s",
            "0ms",
            "11m",
            "1.5s",
            "-1s",
            "5 s",
            "99999999999999999999s",
            "9223372036854775807m",
            "５s",
        ] {
            assert!(text.parse::<Timeout>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_may_have_hours() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("8h", 28_800)] {
            assert_eq!(text.parse::<Span>().map(|span| span.0.as_secs()), Ok(seconds));
        }
        for text in ["", "0s", "721h", "1d", "-1s", "99999999999999999999h"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn cases_are_a_number_or_a_folder() {
        assert_eq!("250".parse(), Ok(Cases::Count(250)));
        for folder in ["mine", "./5", "../cases", "5/", "."] {
            assert_eq!(folder.parse(), Ok(Cases::Folder(folder.into())));
        }
        for text in ["", "0", "-1", "1.5", "99999999999999999999"] {
            assert!(text.parse::<Cases>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_rate_is_a_positive_number() {
        assert_eq!("0.5".parse(), Ok(Rate(0.5)));
        for text in ["0", "-1", "NaN", "inf", "1e9", ""] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_of_aws_is_known_under_every_spelling() {
        let table = [
            ("https://cognito-idp.us-east-1.amazonaws.com", true),
            ("https://COGNITO-IDP.eu-west-1.AmazonAWS.com.:443/", true),
            ("https://cognito-idp.cn-north-1.amazonaws.com.cn/x", true),
            ("https://cognito-idp.us-east-1.api.aws?x", true),
            ("https://localhost#.amazonaws.com", false),
            ("https://notamazonaws.com", false),
            ("https://amazonaws.com.example.org", false),
            ("http://[::1]:5000", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<Endpoint>().unwrap().is_aws(), expected, "{text}");
        }
        for text in [
            "",
            "localhost:5000",
            "ftp://x",
            "http://",
            "http://:80",
            "http://a b",
            "http://a\nb",
            "http://user:pw@host",
        ] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_filter_takes_ids_layers_and_requirements_and_leaves_out_what_is_excluded() {
        let names = ["null/Username", "json-shape", "CSU-NULL-001"];
        let table: [(&[&str], bool); 9] = [
            (&[], true),
            (&["null/*"], true),
            (&["null/username"], true),
            (&["json-*"], true),
            (&["CSU-NULL-*"], true),
            (&["CSU-CODE-*"], false),
            (&["CSU-CODE-*", "null/*"], true),
            (&["null/*", "!*/Username"], false),
            (&["!state"], true),
        ];
        for (patterns, expected) in table {
            let filter = Filter(patterns.iter().map(|text| text.parse().unwrap()).collect());
            assert_eq!(filter.takes(&names), expected, "{patterns:?}");
        }
    }

    #[test]
    fn a_broken_pattern_is_refused() {
        for text in ["", "!", "a[b", "{a"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
