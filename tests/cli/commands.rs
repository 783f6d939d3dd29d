//! The commands beside `run`.

use crate::binary::Sandbox;
use crate::peer::{Serve, lying_proxy};
use serde_json::Value;
use std::process::Command;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

#[test]
fn repro_shows_both_sides_and_ends_as_the_case_does() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    sandbox.line("repro code/wrong-public").with_code(0).showing(&[
        "code/wrong-public  pass",
        "> X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp",
        "> {\"ClientId\":\"${client_id}\"",
        "< HTTP/1.1 400 Bad Request",
        "CodeMismatchException",
        "twin",
        "user.status = UNCONFIRMED",
    ]);
    let proxy = lying_proxy(&serve.url, |stream| {
        let _ = std::io::Write::write_all(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    let arguments = ["repro", "code/wrong-public", "--endpoint", &proxy.url(), "--code-source", CODES];
    sandbox.run(&arguments).with_code(1).showing(&[
        "mismatch",
        "expected",
        "got",
        "< HTTP/1.1 200 OK",
        "SEM-001",
    ]);
    sandbox
        .line("repro code/wrong-pubic")
        .with_code(4)
        .saying(&["there is no case", "near it: `code/wrong-public`"]);
    sandbox
        .line("repro code/wrong-public --filter x")
        .with_code(2)
        .saying(&["means nothing for a single case"]);
}

/// Replays the line with bash after setting variables; returns the status line of the answer.
fn replay(line: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new("bash").args(["-c", line]).envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_curl_line_of_a_case_gets_the_status_that_the_case_got() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let endpoint = ["--endpoint", &serve.url, "--code-source", CODES];
    let pool = serve.call("CreateUserPool", &serde_json::json!({ "PoolName": "mine" }));
    let pool_id = pool.pointer("/UserPool/Id").and_then(Value::as_str).unwrap();
    let client = serde_json::json!({ "UserPoolId": pool_id, "ClientName": "mine" });
    let client = serve.call("CreateUserPoolClient", &client);
    let client_id = client.pointer("/UserPoolClient/ClientId").and_then(Value::as_str).unwrap();
    let user = serde_json::json!({ "ClientId": client_id, "Username": "ada", "Password": "Passw0rd!",
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.com" }] });
    serve.call("SignUp", &user);
    let code = serve.ask(&format!("/_countersign/codes/{pool_id}/ada"));
    let code = code.get("Code").and_then(Value::as_str).unwrap();
    let variables = [
        ("CLIENT_ID", client_id),
        ("CS_USERNAME", "ada"),
        ("CODE", code),
        ("CODE_WRONG", "not-it"),
        ("ENDPOINT", serve.url.as_str()),
    ];
    for (case, status) in [
        ("required/client-id-absent-public", "400"),
        ("code/wrong-public", "400"),
        ("valid/members-0000-public", "200"),
    ] {
        for more in [&endpoint[..], &[]] {
            let shown = sandbox.run(&[&["repro", case, "--curl"], more].concat()).with_code(0).stdout;
            assert!(shown.contains(&format!("< HTTP/1.1 {status}")), "{shown}");
            let line = shown.lines().find(|line| line.starts_with("curl ")).unwrap();
            let is_first_of_case = !more.is_empty() || status != "200";
            if is_first_of_case {
                let answer = replay(line, &variables);
                assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}\n{line}");
            } else {
                // The user is confirmed by now.
                assert!(replay(line, &variables).starts_with("HTTP/1.1 400"));
            }
        }
    }
}

#[test]
fn list_shows_counts_and_filters() {
    let sandbox = Sandbox::new();
    let count =
        |arguments: &[&str]| sandbox.run(&[&["list", "--count"], arguments].concat()).with_code(0).total();
    let all = count(&[]);
    let state = count(&["--filter", "state"]);
    assert!(all >= 600 && state > 0 && state < all);
    assert_eq!(count(&["--filter", "!state"]), all - state);
    let rows = sandbox.line("list --filter CSU-CODE-001 --format json").with_code(0).stdout;
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows.len(), count(&["--filter", "CSU-CODE-001"]));
    for row in &rows {
        let requirements = row.get("requirements").and_then(Value::as_array).unwrap();
        assert!(requirements.iter().any(|id| id == "CSU-CODE-001"));
    }
    let table = sandbox.line("list --filter code/cut-first-public").with_code(0).stdout;
    assert_eq!(table.lines().count(), 1);
    sandbox.line("list --filter nothing").with_code(4);
}

#[test]
fn a_filter_that_selects_nothing_is_told_by_its_own_exit_code() {
    let sandbox = Sandbox::new();
    let ended = sandbox.line("run --filter nothing --report json=r.json").with_code(4);
    ended.saying(&["no case is selected", "`countersign list`"]);
    sandbox.line("run --endpoint http://127.0.0.1:1 --code-source any --filter nothing").with_code(4);
}

#[test]
fn explain_knows_requirements_rows_and_cases() {
    let sandbox = Sandbox::new();
    sandbox.line("explain CSU-CODE-001").with_code(0).showing(&[
        "A code that is not the user's is refused",
        "SEM-001",
        "CodeMismatchException",
        "Cases:",
        "POST / HTTP/1.1",
    ]);
    sandbox.line("explain SEM-001").with_code(0).showing(&["SEM-001", "CSU-CODE-001"]);
    sandbox.line("explain code/wrong-public").with_code(0).showing(&["code/wrong", "CSU-CODE-001", "POST /"]);
    let list = sandbox.line("explain").with_code(0).stdout;
    assert!(list.lines().count() > 100);
    let json = sandbox.line("explain CSU-CODE-001 --format json").with_code(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap().get("id").unwrap(), "CSU-CODE-001");
    sandbox.line("explain CSU-CODE-01").with_code(2).saying(&["`CSU-CODE-01`", "`CSU-CODE-001`"]);
    sandbox.run(&["explain", "\u{1b}[31m\u{202e}"]).with_code(2);
}

#[test]
fn the_model_is_shown_in_four_forms() {
    let sandbox = Sandbox::new();
    sandbox.line("model show").with_code(0).showing(&["ClientId", "Session", "4096"]);
    let typescript =
        sandbox.line("model show --revision aws-api-v0.3 --format typescript").with_code(0).stdout;
    assert!(typescript.contains("ForceAliasCreation?: boolean | null"), "{typescript}");
    assert!(!typescript.contains("Session"));
    for format in ["json-schema", "smithy"] {
        let text = sandbox.run(&["model", "show", "--format", format]).with_code(0).stdout;
        assert!(serde_json::from_str::<Value>(&text).unwrap().is_object());
    }
    sandbox.line("model show --format xml").with_code(2).saying(&["typescript", "json-schema", "smithy"]);
    sandbox.line("model show --revision 1999").with_code(2).saying(&["2024-11-22"]);
}

#[test]
fn a_model_is_compared_with_a_published_one() {
    let sandbox = Sandbox::new();
    let smithy = sandbox.line("model show --format smithy").with_code(0).stdout;
    let newest = sandbox.write("newest.json", &smithy);
    sandbox.run(&["model", "diff", &newest]).with_code(0).showing(&["no change"]);
    sandbox.run(&["model", "diff", &newest, "--revision", "2024-11-22"]).with_code(1).showing(&[
        "OperationNotEnabledException",
        "Session",
        "CSU-",
    ]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, smithy.as_bytes()).unwrap();
    let packed = sandbox.write("newest.json.gz", packed.finish().unwrap());
    sandbox.run(&["model", "diff", &packed]).with_code(0);
    for (name, text) in [
        ("broken.json", "{\"smithy\": \u{1b}[2J"),
        ("other.json", "[]"),
        ("empty.json", ""),
        ("cut.json", smithy.get(..smithy.len() / 2).unwrap()),
    ] {
        let file = sandbox.write(name, text);
        sandbox.run(&["model", "diff", &file]).with_code(2).saying(&[name]);
    }
    sandbox.line("model diff missing.json").with_code(2).saying(&["missing.json"]);
}

#[test]
fn subjects_are_listed_with_what_they_lack() {
    let sandbox = Sandbox::new();
    sandbox.line("subjects").with_code(0).showing(&[
        "reference",
        "moto",
        "cognito-local",
        "ministack-auth",
        "no ResendConfirmationCode",
    ]);
}

#[test]
fn completions_are_scripts_of_their_shells() {
    let sandbox = Sandbox::new();
    for (shell, mark) in
        [("bash", "complete "), ("zsh", "#compdef countersign"), ("fish", "complete -c countersign")]
    {
        let script = sandbox.run(&["completions", shell]).with_code(0).stdout;
        assert!(script.contains(mark) && script.contains("fail-fast"));
        if shell == "bash" {
            let file = sandbox.write("script", &script);
            assert!(Command::new("bash").args(["-n", &file]).status().unwrap().success());
        }
    }
    sandbox.line("completions tcsh").with_code(2).saying(&["bash", "zsh", "fish"]);
}

#[test]
fn every_help_has_examples() {
    let sandbox = Sandbox::new();
    for command in [
        "",
        "run ",
        "list ",
        "repro ",
        "explain ",
        "model ",
        "model show ",
        "model diff ",
        "subjects ",
        "serve ",
        "sweep ",
        "prove ",
        "completions ",
    ] {
        let ended = sandbox.line(&format!("{command}--help")).with_code(0);
        assert!(ended.stdout.contains("Examples:\n  countersign "), "{command}: {}", ended.stdout);
        assert!(ended.stdout.lines().all(|line| line.chars().count() <= 110), "{command}");
    }
}
