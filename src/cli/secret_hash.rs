//! `countersign secret-hash`: computes one secret hash, shows its stages, and says what is wrong with another one.

use super::diagnostic::Diagnosis;
use super::exit::Exit;
use countersign::report::printable;
use countersign::secret_hash::{HashForm, HashInput, Secret, Stages, stages};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// The longest secret that is read, in bytes. Those of AWS have at most 64 characters.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// Compute the SecretHash of a user, stage by stage, or say what is wrong with one
///
/// The client secret is read from the environment variable `COUNTERSIGN_CLIENT_SECRET`, or from the one named by
/// `--client-secret-env`; where it is not set, from the standard input, without the line break at its end. It is never a
/// flag: command lines are visible to every user of the machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  countersign secret-hash --username jane --client-id 1example23456789 < secret.txt
  countersign secret-hash --username jane --client-id 1example23456789 --stages
  countersign secret-hash --username jane --client-id 1example23456789 --compare 'x5vYz…='

Exit code: 0, or with --compare 1 where the hash is not the right one.")]
pub(crate) struct SecretHashArgs {
    /// The Username of the request, as it is sent
    #[arg(long, value_name = "NAME")]
    username: String,
    /// The id of the app client
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// The environment variable that holds the client secret
    #[arg(long, value_name = "VARIABLE")]
    client_secret_env: Option<String>,
    /// Show key, message, digest and Base64 as well
    #[arg(long)]
    stages: bool,
    /// Show the key among the stages
    #[arg(long, requires = "stages")]
    show_secret: bool,
    /// Say whether this hash is the right one, and if not, which mistake gives it
    #[arg(long, value_name = "HASH", conflicts_with = "stages")]
    compare: Option<String>,
}

/// The environment variable that every command reads the secret from.
const VARIABLE: &str = "COUNTERSIGN_CLIENT_SECRET";

/// Runs the command. `out` takes what is printed.
pub(crate) fn run(args: &SecretHashArgs, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let secret = secret(args.client_secret_env.as_deref(), &mut io::stdin())?;
    write_hash(args, &secret, out)
}

fn secret(variable: Option<&str>, input: &mut dyn Read) -> anyhow::Result<Secret> {
    let name = variable.unwrap_or(VARIABLE);
    let shown = printable::line(name);
    match std::env::var(name) {
        Ok(secret) => return Ok(Secret::new(secret)),
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(Diagnosis::usage(format!("the environment variable `{shown}` is not UTF-8")).into());
        }
        Err(std::env::VarError::NotPresent) if variable.is_some() => {
            return Err(Diagnosis::usage(format!("the environment variable `{shown}` is not set")).into());
        }
        Err(std::env::VarError::NotPresent) => {}
    }
    from_input(input)
}

fn from_input(input: &mut dyn Read) -> anyhow::Result<Secret> {
    let mut bytes = Vec::new();
    input.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > SECRET_BYTES_MAX) {
        let message = format!("the client secret has more than {SECRET_BYTES_MAX} bytes");
        return Err(Diagnosis::usage(message).into());
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Diagnosis::usage("the client secret on the standard input is not UTF-8"))?;
    let secret =
        text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    if secret.is_empty() {
        let hint = format!("set `{VARIABLE}`, or write the secret to the standard input");
        return Err(Diagnosis::usage("the client secret is empty").hint(hint).into());
    }
    Ok(Secret::new(secret))
}

fn write_hash(args: &SecretHashArgs, secret: &Secret, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let right = stages(secret, &args.username, &args.client_id);
    if let Some(other) = &args.compare {
        return Ok(compare(args, secret, (&right, other), out)?.into());
    }
    if args.stages {
        let key = if args.show_secret { Stages::hex(&right.key) } else { "[redacted]".to_owned() };
        let text = format!("{}{}", args.username, args.client_id);
        writeln!(out, "key      {key} ({} bytes)", right.key.len())?;
        writeln!(out, "message  {} ({} bytes)", Stages::hex(&right.message), right.message.len())?;
        writeln!(out, "         {}", printable::line(&text))?;
        writeln!(out, "digest   {}", Stages::hex(&right.digest))?;
        writeln!(out, "base64   {}", right.base64)?;
    } else {
        writeln!(out, "{}", right.base64)?;
    }
    Ok(Exit::Conformant.into())
}

fn compare(
    args: &SecretHashArgs,
    secret: &Secret,
    (right, other): (&Stages, &str),
    out: &mut dyn Write,
) -> io::Result<Exit> {
    if other == right.base64 {
        writeln!(out, "right")?;
        return Ok(Exit::Conformant);
    }
    // Forms that need another user or the pool cannot be recognised: nothing is known of them here.
    let input = HashInput {
        secret,
        username: &args.username,
        client_id: &args.client_id,
        pool_id: "",
        other_username: "",
    };
    let unknown = [HashForm::OtherUser, HashForm::PoolId];
    let form = HashForm::ALL.iter().find(|form| !unknown.contains(form) && form.compute(&input) == other);
    match form {
        Some(form) => writeln!(out, "wrong: `{form}`. {}", form.description())?,
        None => writeln!(out, "wrong: no known mistake with this username, client id and secret gives it")?,
    }
    Ok(Exit::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> SecretHashArgs {
        SecretHashArgs {
            username: "test".into(),
            client_id: "123abd".into(),
            client_secret_env: None,
            stages: false,
            show_secret: false,
            compare: None,
        }
    }

    fn written(args: &SecretHashArgs) -> String {
        let mut out = Vec::new();
        write_hash(args, &Secret::new("clientSecret"), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    const RIGHT: &str = "LoIX/oPJWZzFYv8liJYRo+CHv16FNDY10JlZEDjL3Vg=";

    #[test]
    fn the_hash_alone_is_printed_unless_more_is_asked_for() {
        assert_eq!(written(&args()), format!("{RIGHT}\n"));
    }

    #[test]
    fn the_key_is_shown_only_where_that_is_asked_for() {
        let key = "636c69656e74536563726574";
        let hidden = written(&SecretHashArgs { stages: true, ..args() });
        assert!(hidden.contains("[redacted] (12 bytes)") && !hidden.contains(key), "{hidden}");
        assert!(hidden.contains("74657374313233616264 (10 bytes)") && hidden.contains(RIGHT), "{hidden}");
        let shown = written(&SecretHashArgs { stages: true, show_secret: true, ..args() });
        assert!(shown.contains(key), "{shown}");
    }

    #[test]
    fn a_wrong_hash_is_told_by_its_mistake() {
        let compare = |hash: &str| written(&SecretHashArgs { compare: Some(hash.into()), ..args() });
        assert_eq!(compare(RIGHT), "right\n");
        assert_eq!(
            compare("LoIX_oPJWZzFYv8liJYRo-CHv16FNDY10JlZEDjL3Vg="),
            "wrong: `url-safe`. The URL-safe alphabet.\n"
        );
        assert!(compare("x").starts_with("wrong: no known mistake"));
    }

    #[test]
    fn a_secret_is_read_without_its_line_break_and_within_a_limit() {
        let read = |text: &str| from_input(&mut text.as_bytes());
        for text in ["s", "s\n", "s\r\n"] {
            assert_eq!(read(text).unwrap().reveal(), "s");
        }
        assert_eq!(read(" s \n\n").unwrap().reveal(), " s \n");
        assert!(read("\n").unwrap_err().to_string().contains("empty"));
        let error = from_input(&mut io::repeat(b'x')).unwrap_err().to_string();
        assert!(error.contains("65536"), "{error}");
        assert!(from_input(&mut &b"\xff"[..]).unwrap_err().to_string().contains("not UTF-8"));
    }
}
