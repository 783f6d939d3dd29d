//! Whom the client trusts over TLS.

use crate::server::{Server, block_on, hasty, hold, patient, post, read_request};
use countersign::replay::transport::{
    Endpoint, HttpTransport, Limits, TlsClient, TlsError, TlsTrust, Transport as _,
};
use countersign::wire::{Response, WireFault};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::io::Write as _;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};

/// A server's certificate, its key, and the PEM text that vouches for it.
struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
    vouching_pem: String,
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

/// Signed by an authority of its own.
fn issued(names: &[&str]) -> Identity {
    let mut authority = params(&[]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "test authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    Identity {
        certificate: params(names).signed_by(&key, &authority).unwrap().der().clone(),
        key,
        vouching_pem: authority.pem(),
    }
}

/// Signed by itself and calling itself an authority, as `openssl req -x509` makes them.
fn self_signed(names: &[&str]) -> Identity {
    let key = KeyPair::generate().unwrap();
    let mut params = params(names);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    Identity { certificate: certificate.der().clone(), vouching_pem: certificate.pem(), key }
}

/// A TLS server that answers `200 {}` on a kept connection.
fn serve(identity: &Identity) -> Server {
    let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    Server::start(move |_, stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        while read_request(&mut stream).is_some() {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        }
    })
}

fn client(server: &Server, trust: &TlsTrust, limits: Limits) -> HttpTransport {
    let endpoint = Endpoint::parse(&format!("https://{}", server.address)).unwrap();
    HttpTransport::new(endpoint, limits, TlsClient::new(trust).unwrap())
}

fn ask(server: &Server, trust: &TlsTrust) -> Result<Response, WireFault> {
    block_on(client(server, trust, patient()).send(&post("{}"))).answer
}

fn refusal(server: &Server, trust: &TlsTrust) -> String {
    match ask(server, trust) {
        Err(WireFault::Tls { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_authority_is_refused() {
    let server = serve(&issued(&["127.0.0.1"]));
    let other = TlsTrust::CaFile(issued(&["127.0.0.1"]).vouching_pem.into());
    for trust in [TlsTrust::WebPki, other] {
        let reason = refusal(&server, &trust);
        assert!(reason.contains("certificate"), "{reason}");
    }
}

#[test]
fn a_given_authority_or_certificate_is_trusted_for_its_name_alone() {
    for make in [issued, self_signed] {
        let right = make(&["127.0.0.1"]);
        let trust = TlsTrust::CaFile(right.vouching_pem.clone().into());
        assert_eq!(ask(&serve(&right), &trust).unwrap().body, "{}");
        let wrong = make(&["other.example"]);
        let trust = TlsTrust::CaFile(wrong.vouching_pem.clone().into());
        let reason = refusal(&serve(&wrong), &trust);
        assert!(reason.contains("not valid for"), "{reason}");
    }
}

#[test]
fn any_certificate_will_do_when_told_so() {
    for identity in [issued(&["other.example"]), self_signed(&["other.example"])] {
        assert_eq!(ask(&serve(&identity), &TlsTrust::Insecure).unwrap().body, "{}");
    }
}

#[test]
fn one_tls_connection_carries_many_requests_of_all_sizes() {
    let server = serve(&self_signed(&["127.0.0.1"]));
    let mut client = client(&server, &TlsTrust::Insecure, patient());
    block_on(async {
        for length in [0, 10, 100_000, 1_000_000, 1] {
            let exchange = client.send(&post(&"x".repeat(length))).await;
            assert_eq!(exchange.answer.unwrap().body, "{}");
        }
    });
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_plain_server_refuses_tls_and_a_tls_server_plain_text() {
    let plain = Server::start(|_, mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        hold(stream);
    });
    assert!(!refusal(&plain, &TlsTrust::Insecure).is_empty());
    let tls = serve(&self_signed(&["127.0.0.1"]));
    let WireFault::NotHttp { reason, .. } = tls.ask(patient()).answer.unwrap_err() else { panic!() };
    assert!(reason.contains("try `https`"), "{reason}");
}

#[test]
fn a_handshake_that_stalls_is_given_up_at_the_time_limit() {
    let server = Server::start(|_, stream| hold(stream));
    let exchange = block_on(client(&server, &TlsTrust::Insecure, hasty()).send(&post("{}")));
    let Err(WireFault::Tls { reason }) = exchange.answer else { panic!() };
    assert_eq!(reason, "no TLS handshake within 200 ms");
}

#[test]
fn a_certificate_file_that_cannot_be_used_is_refused() {
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let of = |text: &str| TlsClient::new(&TlsTrust::CaFile(text.into())).unwrap_err();
    assert!(matches!(of(""), TlsError::NoCertificate));
    assert!(matches!(of(broken), TlsError::BadCertificate { number: 1, .. }));
    assert!(matches!(of("-----BEGIN CERTIFICATE-----\n!"), TlsError::NotPem { .. }));
}
