//! HTTPS: the reference server behind a proxy that ends TLS.

use crate::binary::Sandbox;
use crate::peer::{Peer, Serve, read_message};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

/// A proxy to `serve` that speaks TLS; its certificate is in the file `ca.pem`.
fn secured(sandbox: &Sandbox, serve: &Serve) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    sandbox.write("ca.pem", cert.pem());
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let (config, upstream) = (Arc::new(config), serve.address());
    let peer = Peer::start(move |stream| {
        let Ok(session) = ServerConnection::new(Arc::clone(&config)) else { return };
        let mut secure = StreamOwned::new(session, stream);
        while let Some(request) = read_message(&mut secure) {
            let Ok(mut onward) = TcpStream::connect(upstream) else { return };
            let Some(answer) = onward.write_all(&request).ok().and_then(|()| read_message(&mut onward))
            else {
                return;
            };
            if secure.write_all(&answer).is_err() {
                return;
            }
        }
    });
    peer.url().replace("http:", "https:")
}

fn run(sandbox: &Sandbox, url: &str, more: &[&str]) -> crate::binary::Ended {
    let arguments = [
        "run",
        "--endpoint",
        url,
        "--code-source",
        CODES,
        "--filter",
        "code/*-secret",
        "--report",
        "json=r.json",
    ];
    sandbox.run(&[&arguments[..], more].concat())
}

#[test]
fn an_endpoint_with_tls_is_judged_where_its_authority_is_trusted_or_not_asked_for() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let url = secured(&sandbox, &serve);
    for trust in [&["--ca", "ca.pem"][..], &["--insecure"]] {
        run(&sandbox, &url, trust).with_code(0);
        let report = sandbox.json("r.json");
        assert!(report.count("pass") > 20);
        assert_eq!(report.count("pass"), report.total());
        assert_eq!(serve.pools(), Vec::<String>::new());
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let url = secured(&sandbox, &serve);
    run(&sandbox, &url, &[]).with_code(3).showing(&["INCOMPLETE", "TLS was refused", "UnknownIssuer"]);
    assert!(sandbox.json("r.json").incomplete().unwrap().contains("TLS was refused"));
}

#[test]
fn a_broken_ca_file_is_a_usage_error() {
    let sandbox = Sandbox::new();
    sandbox.write("ca.pem", "nothing\n");
    for file in ["ca.pem", "missing.pem"] {
        run(&sandbox, "https://127.0.0.1:1", &["--ca", file]).with_code(2).saying(&["CA file"]);
    }
}

#[test]
fn a_sweep_speaks_tls_as_a_run_does() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    let url = secured(&sandbox, &serve);
    serve.call("CreateUserPool", &serde_json::json!({ "PoolName": "countersign-left" }));
    let line = format!(
        "{{\"did\":\"intend\",\"resource\":\"user-pool\",\"endpoint\":\"{url}\",\"auth\":\"none\",\
         \"region\":\"us-east-1\",\"name\":\"countersign-left\"}}\n"
    );
    let ledger = sandbox.write("left.jsonl", line);
    sandbox.run(&["sweep", "--ledger", &ledger]).with_code(3).showing(&["TLS was refused"]);
    assert_eq!(serve.pools(), ["countersign-left"]);
    sandbox.run(&["sweep", "--ledger", &ledger, "--ca", "ca.pem"]).with_code(0).showing(&["deleted"]);
    assert_eq!(serve.pools(), Vec::<String>::new());
}
