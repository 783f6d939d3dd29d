//! What users write: `countersign.toml` and subject profiles. A broken file is refused with its line, a caret and what is
//! allowed.

use crate::binary::Sandbox;
use crate::peer::{Peer, Serve};

const CODES: &str = "http:/_countersign/codes/${pool_id}/${username}#/Code";

#[test]
fn every_key_of_the_file_is_obeyed() {
    let (sandbox, serve) = (Sandbox::new(), Serve::start());
    sandbox.write(
        "countersign.toml",
        format!(
            "[run]\nendpoint = \"{}\"\ncode-source = '{CODES}'\nauth = \"dummy\"\nsign = \"dummy\"\n\
             insecure = false\nallow-aws = false\nrevision = \"2024-11-22\"\n\
             filter = [\"code/*\", \"!code/spent-*\"]\nseed = 11\ncases = 40\ngate = \"documented\"\njobs = 2\n\
             rate = 5000\ntimeout = \"5s\"\nfail-fast = true\nreport = [\"json=r.json\", \"junit=r.xml\"]\n\
             ledger = \"ledger.jsonl\"\ncurl = true\nquiet = false\nverbose = false\n",
            serve.url
        ),
    );
    sandbox.line("run").with_code(0);
    let report = sandbox.json("r.json");
    let header = |name: &str| report.0.pointer(&format!("/header/{name}")).unwrap().to_string();
    assert_eq!(header("seed"), "11");
    assert_eq!(header("cases"), "40");
    assert_eq!(header("gate"), "\"documented\"");
    assert_eq!(header("revision"), "\"2024-11-22\"");
    assert!(header("endpoint").contains(&serve.url));
    assert_eq!(report.total(), 40);
    assert!(report.cases().iter().all(|case| {
        let id = case.get("id").unwrap().as_str().unwrap();
        id.starts_with("code/") && !id.starts_with("code/spent-")
    }));
    assert!(sandbox.has("r.xml"));
}

#[test]
fn the_keys_for_fixtures_and_trust_are_obeyed() {
    let sandbox = Sandbox::new();
    let peer = Peer::answering(|stream| {
        let _ = std::io::Write::write_all(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    });
    sandbox.write(
        "other.toml",
        format!(
            "[run]\nendpoint = \"{}\"\nclient-id = \"x\"\npool-id = \"p\"\nusername = \"u\"\nquiet = true\n\
             filter = [\"required/client-id-absent-public\"]\n",
            peer.url()
        ),
    );
    let ended = sandbox.line("run --config other.toml --code 123456").with_code(1);
    ended.showing(&[
        "CSU-REQUIRED-001",
        "--client-id x",
        "--pool-id p",
        "--username u",
        "--config other.toml",
    ]);
    sandbox.write("countersign.toml", "[run]\nca = \"missing.pem\"\n");
    sandbox.line("run").with_code(2).saying(&["missing.pem"]);
    sandbox.write("countersign.toml", "[run]\nsubject = \"no-such-subject\"\n");
    sandbox.line("run").with_code(2).saying(&["no-such-subject", "moto"]);
}

#[test]
fn a_flag_wins_over_the_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "countersign.toml",
        "[run]\nsubject = \"no-such-subject\"\nseed = 1\nfilter = [\"nothing\"]\nverbose = true\n\
         report = [\"json=file.json\"]\n",
    );
    let flags =
        "run --subject reference --seed 2 --filter code/cut-* --verbose=false --report json=flag.json";
    let ended = sandbox.line(flags).with_code(0);
    assert!(!ended.stdout.contains("code/cut-first"), "{}", ended.stdout);
    assert!(sandbox.has("flag.json") && !sandbox.has("file.json"));
    assert_eq!(sandbox.json("flag.json").0.pointer("/header/seed").unwrap(), 2);
}

#[test]
fn a_broken_file_is_refused_with_line_caret_and_allowed_values() {
    let sandbox = Sandbox::new();
    let table: [(&str, &[&str]); 12] = [
        ("[run]\njobz = 3\n", &["line 2", "2 | jobz = 3", "^^^^", "expected one of `subject`"]),
        ("[rum]\njobs = 3\n", &["line 1", "^^^", "expected `run`"]),
        ("jobs = 3\n", &["line 1", "^^^^", "expected `run`"]),
        ("[run]\njobs = 0\n", &["2 | jobs = 0", "^", "allowed: a whole number from 1 to 256"]),
        ("[run]\ntimeout = 5\n", &["line 2", "^", "allowed: a whole number with a unit"]),
        ("[run]\ngate = \"x\"\n", &["line 2", "^^^", "`documented`, `recorded`, `reported`, `inferred`"]),
        ("[run]\nrevision = \"1999\"\n", &["line 2", "^^^^^^", "`aws-api-v0.3`", "`2026-10-02`"]),
        ("[run]\nsign = \"v4\"\n", &["line 2", "^^^^", "`none`, `dummy`, `sigv4`"]),
        ("[run]\nreport = [\"xml=a\"]\n", &["line 2", "^", "`json=PATH`, `junit=PATH`", "`html=PATH`"]),
        ("[run]\nseed = 1\nseed = 2\n", &["line 3", "duplicate key"]),
        ("[run\n", &["line 1", "^"]),
        ("[run]\nfilter = [\"a[\"]\n", &["line 2", "^"]),
    ];
    for (text, expected) in table {
        sandbox.write("countersign.toml", text);
        let ended =
            sandbox.line("run").with_code(2).saying(&["`countersign.toml` is not valid"]).saying(expected);
        assert_eq!(ended.stdout, "");
    }
    sandbox.write("countersign.toml", b"[run]\nusername = \"\xff\"\n");
    sandbox.line("run").with_code(2).saying(&["countersign.toml", "UTF-8"]);
    sandbox.write("countersign.toml", "[run]\nusername = \"\u{1b}[2J\u{9b}x\"\n\"\u{202e}\" = 1\n");
    sandbox.line("run").with_code(2);
}

#[test]
fn a_broken_profile_is_refused_with_line_caret_and_allowed_values() {
    let sandbox = Sandbox::new();
    let good = "name = \"mine\"\nversion = \"1\"\n[launch]\ncommand = [\"true\"]\n[code]\nsource = \"any\"\n";
    let table: [(&str, &str, &[&str]); 7] = [
        ("version", "versoin", &["mine.toml:2", "^", "`version`"]),
        ("any", "every", &["mine.toml:6", "^", "`any`", "`command`"]),
        ("name = \"mine\"", "name = \"My Name\"", &["mine.toml:1", "^"]),
        ("[\"true\"]", "[\"a\", \"${nowhere}\"]", &["mine.toml:4", "^", "${port}"]),
        ("[code]", "[control]\nauth = \"basic\"\n[code]", &["mine.toml:6", "^", "`dummy`", "`sigv4`"]),
        ("[code]", "[control]\nmissing = [\"Nothing\"]\n[code]", &["mine.toml:6", "^", "`CreateUserPool`"]),
        ("[code]", "[code", &["mine.toml:5", "^"]),
    ];
    for (from, to, expected) in table {
        let file = sandbox.write("mine.toml", good.replacen(from, to, 1));
        sandbox.run(&["run", "--subject", &file]).with_code(2).saying(expected);
    }
    sandbox.run(&["run", "--subject", "./missing.toml"]).with_code(2).saying(&["missing.toml"]);
}

#[test]
fn a_broken_code_source_is_refused_with_what_is_allowed() {
    let sandbox = Sandbox::new();
    let table = [
        ("nothing", "allowed: `any`"),
        ("http:ftp://x#/Code", "`http://`"),
        ("http:/x#Code", "JSON pointer"),
        ("log:x.log#(", "regular expression"),
        ("log:x.log#abc", "group"),
        ("file:${nothing}#/x", "nothing"),
        ("command:", "program"),
    ];
    for (source, expected) in table {
        sandbox
            .run(&["run", "--endpoint", "http://127.0.0.1:1", "--code-source", source])
            .with_code(2)
            .saying(&[expected]);
    }
    sandbox.run(&["run", "--endpoint", "http://127.0.0.1:1"]).with_code(2).saying(&["add `--code-source`"]);
}

#[test]
fn a_greater_strength_covers_three_states_at_a_time() {
    let sandbox = Sandbox::new();
    let count =
        |line: &str| sandbox.line(&format!("{line} --filter covering/* --count")).with_code(0).total();
    let (pairs, triples) = (count("list"), count("list --strength 3"));
    assert!(triples > 3 * pairs, "{pairs}, {triples}");
    let ended = sandbox.line("run --filter covering/* --strength 3").with_code(0);
    ended.showing(&[&triples.to_string()]);
    sandbox.line("repro covering/plain-three-way-001 --strength 3").with_code(0);
    sandbox.line("repro covering/plain-three-way-001").with_code(4);
    sandbox.line("run --strength 4").with_code(2).saying(&["`2`, `3`"]);
}

#[test]
fn a_revision_leaves_out_what_came_later() {
    let sandbox = Sandbox::new();
    sandbox.line("run --filter null/session-public --revision aws-api-v0.3").with_code(4);
    sandbox.line("run --filter null/session-public --revision 2024-11-22").with_code(0);
    sandbox.line("run --revision 1999").with_code(2).saying(&["`2024-11-22`"]);
}

#[test]
fn a_report_that_cannot_be_written_is_found_before_the_run() {
    let sandbox = Sandbox::new();
    for target in ["json=no/such/folder/r.json", "json=.", "junit=/proc/nothing.xml"] {
        let ended =
            sandbox.run(&["run", "--report", target]).with_code(2).saying(&["cannot write the report"]);
        assert_eq!(ended.stdout, "");
    }
    sandbox.line("run --report json=a --report junit=a").with_code(2).saying(&["two reports"]);
}
