//! Hosts of AWS itself are never spoken to by accident.

use crate::binary::Sandbox;

const HOSTS: [&str; 5] = [
    "https://cognito-idp.us-east-1.amazonaws.com",
    "https://cognito-idp.us-east-1.api.aws",
    "https://cognito-idp.cn-north-1.amazonaws.com.cn",
    "http://COGNITO-IDP.us-east-1.AmazonAWS.com.:8080/",
    "https://my.auth.us-east-1.amazoncognito.com",
];

fn profile(url: &str) -> String {
    format!(
        "name = \"mine\"\nversion = \"1\"\n[launch]\nkind = \"endpoint\"\nurl = \"{url}\"\n[code]\nsource = \"any\"\n"
    )
}

#[test]
fn an_endpoint_of_aws_is_refused_however_it_is_named() {
    for host in HOSTS {
        let sandbox = Sandbox::new();
        let file = sandbox.write("mine.toml", profile(host));
        let config =
            sandbox.write("c.toml", format!("[run]\nendpoint = \"{host}\"\ncode-source = \"any\"\n"));
        for arguments in [
            &["run", "--endpoint", host, "--code-source", "any"][..],
            &["run", "--endpoint", host, "--client-id", "x", "--username", "u", "--code", "123456"],
            &["run", "--subject", &file],
            &["run", "--config", &config],
            &["repro", "code/wrong-public", "--subject", &file],
            &["repro", "code/wrong-public", "--endpoint", host, "--code-source", "any"],
        ] {
            let ended = sandbox.run(arguments).with_code(2).saying(&["is a host of AWS", "--allow-aws"]);
            assert_eq!(ended.stdout, "");
            assert!(sandbox.ledgers().is_empty());
        }
    }
}

#[test]
fn a_sweep_of_what_was_left_at_aws_is_refused() {
    let sandbox = Sandbox::new();
    let left = r#"{"did":"intend","resource":"user-pool","endpoint":"https://cognito-idp.us-east-1.amazonaws.com","auth":"none","region":"us-east-1","name":"countersign-1-1-0-plain"}"#;
    let ledger = sandbox.write("left.jsonl", format!("{left}\n"));
    let ended = sandbox.run(&["sweep", "--ledger", &ledger]);
    assert!(ended.stdout.contains("is a host of AWS"), "{ended:?}");
    ended.with_code(2);
    assert_eq!(sandbox.text("left.jsonl").lines().count(), 1);
    sandbox
        .run(&["sweep", "--endpoint", "https://cognito-idp.us-east-1.amazonaws.com"])
        .with_code(2)
        .saying(&["is a host of AWS", "--allow-aws"]);
}
