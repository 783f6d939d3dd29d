//! How many payloads a second one core generates, written out as bytes. The unit of every benchmark is one payload (or one
//! hash). Every benchmark prints the mean size of its bodies once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a benchmark may fail loudly"
)]

use countersign::case::{Case, ClientKind};
use countersign::generate::constraints::CONSTRAINTS;
use countersign::generate::{
    Drawing, Payload, Payloads, Strength, array, covering_suite, suite, suite_of, value,
};
use countersign::harness::{Rules, Select};
use countersign::secret_hash::{HashForm, HashInput, Secret, secret_hash};
use countersign::seed::Seed;
use countersign::template::{Bindings, RequestTemplate, Template};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn bindings() -> Bindings {
    Bindings {
        host: "127.0.0.1:1".into(),
        pool_id: "us-east-1_AbCdEfGhI".into(),
        client_id: "1example23456789abcdefghij".into(),
        client_secret: Some(Secret::new("1example23456789abcdefghijklmnopqrstuvwxyz0123456789")),
        other_client_id: Some("2example23456789abcdefghij".into()),
        deleted_client_id: Some("3example23456789abcdefghij".into()),
        username: "cs-abcdefghijkmnpqr".into(),
        other_username: Some("cs-other".into()),
        sub: Some("f81d4fae-7dec-11d0-a765-00a0c91e6bf6".into()),
        email: Some("a@example.com".into()),
        code: Some(Secret::new("482913")),
        other_code: Some(Secret::new("771204")),
        superseded_code: Some(Secret::new("100001")),
        sent: Vec::new(),
    }
}

/// Longer bodies are not what a run mostly sends: copying a mebibyte measures the memory.
const REALISTIC_BYTES_MAX: usize = 1024;

fn body(case: &Case) -> Option<&Template> {
    case.steps.first().and_then(|step| match &step.request {
        RequestTemplate::Formed { body, .. } => Some(body),
        RequestTemplate::Raw(_) => None,
    })
}

fn size(template: &Template, values: &Bindings) -> usize {
    template.bind(values).unwrap().len()
}

/// Payloads of about 470 bytes, each with one constrained value at an edge or beyond, written out.
fn direct(criterion: &mut Criterion) {
    let values = bindings();
    let mut group = criterion.benchmark_group("direct");
    let members = typical();
    let payload = |at: usize| {
        let constraint = CONSTRAINTS.iter().filter(|c| !c.path.contains('.')).nth(at % 4).unwrap();
        let length = [constraint.min - 1, constraint.min, 44, 128][at / 4 % 4];
        let mut payload = Payload::base(ClientKind::Secret);
        for (name, value) in &members {
            payload = payload.with(name, value.clone());
        }
        payload.with(constraint.path, value::repeated(constraint.filler, length)).template()
    };
    let mean = (0..16).map(|at| size(&payload(at), &values)).sum::<usize>() / 16;
    eprintln!("direct/edges: {mean} bytes on average");
    group.throughput(Throughput::Elements(1));
    let mut at = 0;
    group.bench_function("edges", |bencher| {
        bencher.iter(|| {
            at += 1;
            black_box(payload(at).bind(&values).unwrap())
        });
    });
    group.finish();
}

/// The optional members with plausible values.
fn typical() -> [(&'static str, Template); 4] {
    [
        ("ForceAliasCreation", value::raw("false")),
        (
            "AnalyticsMetadata",
            value::object([("AnalyticsEndpointId", value::text("0123456789abcdef0123456789abcdef"))]),
        ),
        (
            "UserContextData",
            value::object([
                ("IpAddress", value::text("203.0.113.7")),
                ("EncodedData", value::text(&"eyJ9".repeat(16))),
            ]),
        ),
        (
            "ClientMetadata",
            value::object([("source", value::text("benchmark")), ("campaign", value::text("autumn12"))]),
        ),
    ]
}

/// The cases of a round.
type Made = fn(u64) -> Vec<Case>;

/// Whole cases of a strategy, with ids, labels and twins, and a realistic body written out for each: its own, or that of
/// the case before where its own is one of the long ones.
fn whole_cases(criterion: &mut Criterion) {
    let values = bindings();
    let mut group = criterion.benchmark_group("cases");
    let strategies: [(&str, Made); 4] = [
        ("boundary", |round| suite_of("boundary", Seed::DEFAULT, round)),
        ("malformed", |round| suite_of("json_text", Seed::DEFAULT, round)),
        ("covering", |round| covering_suite(Seed::DEFAULT, round, Strength::Pairs)),
        ("covering-three-way", |round| covering_suite(Seed::DEFAULT, round, Strength::Triples)),
    ];
    for (name, cases) in strategies {
        let first = cases(0);
        // The number of the case whose body is written in place of each one's own.
        let mut written = Vec::with_capacity(first.len());
        let mut last = first.iter().position(|case| is_realistic(case, &values)).unwrap();
        for (at, case) in first.iter().enumerate() {
            last = if is_realistic(case, &values) { at } else { last };
            written.push(last);
        }
        let bytes: usize = written.iter().map(|at| size(body(&first[*at]).unwrap(), &values)).sum();
        eprintln!("cases/{name}: {} cases, {} bytes on average", first.len(), bytes / first.len());
        group.throughput(Throughput::Elements(u64::try_from(first.len()).unwrap()));
        let mut round = 0;
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                round += 1;
                let cases = cases(round);
                for at in &written {
                    black_box(body(&cases[*at]).unwrap().bind(&values).unwrap());
                }
            });
        });
    }
    group.finish();
}

fn is_realistic(case: &Case, values: &Bindings) -> bool {
    body(case).is_some_and(|body| size(body, values) <= REALISTIC_BYTES_MAX)
}

/// What a run waits for before its first request: all cases of a round, and with the requirements that govern them.
fn start_up(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start-up");
    group.sample_size(20);
    group.bench_function("suite", |bencher| bencher.iter(|| suite(Seed::DEFAULT, 0).len()));
    let rules = Rules::built_in().unwrap();
    let all = Select::everything();
    group.bench_function("suite-with-requirements", |bencher| {
        bencher.iter(|| rules.suite(Seed::DEFAULT, 0, &all).len());
    });
    group.bench_function("tables", |bencher| bencher.iter(|| Rules::built_in().unwrap()));
    group.bench_function("covering-array-of-pairs", |bencher| {
        bencher.iter(|| array(black_box(&[3, 5, 5, 5, 5, 5]), Strength::Pairs).len());
    });
    group.finish();
}

fn drawn(criterion: &mut Criterion) {
    let values = bindings();
    let mut group = criterion.benchmark_group("proptest");
    let mut drawing = Drawing::new(Seed::DEFAULT);
    let bytes: usize = (0..10_000).map(|_| size(&drawing.payload(None).template(), &values)).sum();
    eprintln!("proptest/payloads: {} bytes on average", bytes / 10_000);
    group.throughput(Throughput::Elements(1));
    group.bench_function("payloads", |bencher| {
        bencher.iter(|| {
            let drawn = drawing.value(&Payloads::default()).unwrap();
            black_box(drawn.template().bind(&values).unwrap())
        });
    });
    group.finish();
}

fn hashes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("secret-hash");
    let secret = Secret::new("1example23456789abcdefghijklmnopqrstuvwxyz0123456789");
    let (username, client_id) = ("cs-abcdefghijkmnpqr", "1example23456789abcdefghij");
    group.throughput(Throughput::Elements(1));
    group.bench_function("right", |bencher| {
        bencher.iter(|| secret_hash(black_box(&secret), black_box(username), black_box(client_id)));
    });
    let input = HashInput {
        secret: &secret,
        username,
        client_id,
        pool_id: "us-east-1_AbCdEfGhI",
        other_username: "o",
    };
    group.throughput(Throughput::Elements(u64::try_from(HashForm::ALL.len()).unwrap()));
    group.bench_function("every-form", |bencher| {
        bencher
            .iter(|| HashForm::ALL.iter().map(|form| form.compute(black_box(&input)).len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, direct, whole_cases, drawn, hashes, start_up);
criterion_main!(benches);
