//! Any endpoint, with `countersign serve` as one: the same verdicts as embedded, and nothing left behind.

use crate::binary::Sandbox;
use crate::peer::Serve;

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";
const FILTERS: [&str; 8] =
    ["--filter", "code/*", "--filter", "secret-hash/*", "--filter", "alias/*", "--filter", "sequence/*"];

#[test]
fn a_served_reference_gets_the_verdicts_of_the_embedded_one_and_is_left_clean() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let run = |more: &[&str]| sandbox.run(&[&["run"], &FILTERS[..], more].concat()).with_code(0);
    run(&["--report", "json=embedded.json"]);
    let arguments = ["--endpoint", &serve.url, "--code-source", CODES, "--report", "json=served.json"];
    assert_eq!(run(&arguments).stderr, "");
    let (embedded, served) = (sandbox.json("embedded.json").0, sandbox.json("served.json").0);
    for member in ["score", "verdicts", "executions"] {
        assert_eq!(embedded.get(member), served.get(member));
    }
    assert!(sandbox.json("served.json").count("pass") > 150);
    assert_eq!(serve.pools(), Vec::<String>::new());
    assert!(sandbox.ledgers().is_empty(), "{:?}", sandbox.ledgers());
}

/// Over sockets, so that it includes what no function sees: framing, pieces, answers without a body.
#[test]
fn the_embedded_reference_is_right_in_every_case_over_sockets() {
    let sandbox = Sandbox::new();
    sandbox.run(&["run", "--report", "json=r.json"]).with_code(0);
    let report = sandbox.json("r.json");
    assert!(report.count("pass") > 3000);
    for verdict in ["mismatch", "advisory", "stale", "uncovered", "inconclusive"] {
        assert_eq!(report.count(verdict), 0, "{verdict}");
    }
}

#[test]
fn one_user_made_beforehand_is_judged_by_what_can_be_sent_with_it() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let text =
        |value: &serde_json::Value, path: &str| value.pointer(path).unwrap().as_str().unwrap().to_owned();
    let pool = serve.call("CreateUserPool", &serde_json::json!({ "PoolName": "mine" }));
    let pool_id = text(&pool, "/UserPool/Id");
    let client = serde_json::json!({ "UserPoolId": pool_id, "ClientName": "mine", "GenerateSecret": true });
    let client = serve.call("CreateUserPoolClient", &client);
    let (id, secret) =
        (text(&client, "/UserPoolClient/ClientId"), text(&client, "/UserPoolClient/ClientSecret"));
    let public = serde_json::json!({ "UserPoolId": pool_id, "ClientName": "public" });
    let public = text(&serve.call("CreateUserPoolClient", &public), "/UserPoolClient/ClientId");
    let user = serde_json::json!({ "ClientId": public, "Username": "ada", "Password": "Passw0rd!",
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.com" }] });
    assert!(serve.call("SignUp", &user).get("UserSub").is_some());
    let code = text(&serve.ask(&format!("/_countersign/codes/{pool_id}/ada")), "/Code");

    let secrets = [("COUNTERSIGN_CLIENT_SECRET", secret.as_str()), ("COUNTERSIGN_CODE", code.as_str())];
    let arguments = [
        "run",
        "--endpoint",
        &serve.url,
        "--client-id",
        &id,
        "--username",
        "ada",
        "--report",
        "json=r.json",
        "--report",
        "junit=r.xml",
        "--verbose",
        "--filter",
        "required/*",
        "--filter",
        "secret-hash/*",
        "--filter",
        "valid/m*",
        "--filter",
        "code/*",
        "--curl",
    ];
    let ended = sandbox.spawn_in(&arguments, &secrets).end().with_code(0);
    let report = sandbox.json("r.json");
    assert!(report.count("pass") > 50, "{}", ended.stdout);
    assert!(report.count("uncovered") > 100);
    assert_eq!(report.count("mismatch") + report.count("inconclusive"), 0);
    for text in [&ended.stdout, &ended.stderr, &sandbox.text("r.json"), &sandbox.text("r.xml")] {
        assert!(!text.contains(&secret), "the client secret is shown");
    }
    // Their pools are theirs.
    assert_eq!(serve.pools(), ["mine"]);
    assert!(sandbox.ledgers().is_empty());
}

/// The JSON report of an embedded run, without its last member: the times.
fn timeless(sandbox: &Sandbox, filters: &[&str], more: &[&str]) -> String {
    sandbox.run(&[&["run", "--report", "json=r.json"], filters, more].concat()).with_code(0);
    let text = sandbox.text("r.json");
    let (before, times) = text.split_once("\n\"timing\": ").unwrap();
    assert!(times.contains("elapsed_ns") && times.lines().count() == 2);
    before.to_owned()
}

#[test]
fn the_same_seed_gives_the_same_report_byte_for_byte_apart_from_the_times() {
    let sandbox = Sandbox::new();
    let filters = ["--filter", "code/*", "--filter", "sequence/*", "--filter", "user/*", "--verbose"];
    let first = timeless(&sandbox, &filters, &["--seed", "7"]);
    assert!(first.len() > 50_000, "{}", first.len());
    assert_eq!(first, timeless(&sandbox, &filters, &["--seed", "7"]));
}

#[test]
fn the_number_of_connections_does_not_show_in_the_report_and_the_seed_does() {
    let sandbox = Sandbox::new();
    let filters = ["--filter", "code/*-secret"];
    let report = timeless(&sandbox, &filters, &["--seed", "7"]);
    assert_eq!(report, timeless(&sandbox, &filters, &["--seed", "7", "--jobs", "3"]));
    assert_ne!(report, timeless(&sandbox, &filters, &["--seed", "8"]));
}
