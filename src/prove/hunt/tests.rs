//! What sessions at the reference server in process come to.

use super::*;
use crate::case::{CaseId, Label};
use crate::explore::walk::{Code, Confirmation, Op, Walked};
use crate::explore::{
    Caught, Compared, FUZZED, Finding, Input, Limits, Mode, Oracle, Standing, Store, Trouble, compare,
    compare_walks, replay, session,
};
use crate::prove::door::{Asking, Door};
use crate::reference::Fault;
use crate::subject::{CodeReader, Surroundings, UsernameStyle};
use crate::wire::{Request, Response, WireFault};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many walks are tried for each fault.
const WALKS: u64 = 60;

async fn hunter(arena: &Arena, planted: &Planted) -> Option<Hunter<Passage>> {
    let Site::Server(fault) = planted.site else { return None };
    let doorway: Doorway = Arc::new(|| Box::new(Open));
    let subject = Subject { doorway: &doorway, fault: Some(fault), select: Select::everything() };
    Some(Hunter::new(Stand::open(arena.stand(&subject).unwrap()).await.unwrap(), SLOW))
}

#[test]
fn a_walk_that_finds_a_fault_becomes_a_case_that_finds_it_and_passes_without_it() {
    let arena = Arena::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut cases = 0;
    runtime.block_on(async {
        let doorway: Doorway = Arc::new(|| Box::new(Open));
        let sound = Subject { doorway: &doorway, fault: None, select: Select::everything() };
        let mut sound = Hunter::new(Stand::open(arena.stand(&sound).unwrap()).await.unwrap(), SLOW);
        for planted in Planted::all().iter().filter(|planted| is_of_state(planted)).step_by(2) {
            let Some(mut hunter) = hunter(&arena, planted).await else { continue };
            for number in 0..WALKS {
                let walk = Walk::draw(Seed::DEFAULT.split("walk").round(number + 1));
                let Some(complaint) = wrong(&mut hunter, &walk).await else { continue };
                let (smallest, complaint) = walk.smallest(&mut hunter, &complaint).await;
                if let Some(case) = smallest.as_case(CaseId::new("fuzz", "walk")) {
                    let found = hunter.complaint(&case).await;
                    let says = format!("{}: {smallest}: {complaint}; {found:?}", planted.id());
                    assert!(found.is_some(), "the case does not find it: {says}");
                    assert_eq!(sound.complaint(&case).await, None, "{says}");
                    cases += 1;
                }
                break;
            }
        }
    });
    assert!(cases >= 8, "{cases} walks became cases");
}

/// A hunter at the reference server behind a door.
async fn behind(arena: &Arena, doorway: Doorway, fault: Option<Fault>) -> Hunter<Passage> {
    let subject = Subject { doorway: &doorway, fault, select: Select::everything() };
    Hunter::new(Stand::open(arena.stand(&subject).unwrap()).await.unwrap(), SLOW)
}

fn within<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(work)
}

fn open_door() -> Doorway {
    Arc::new(|| Box::new(Open))
}

fn confirm(user: usize, code: Code) -> Op {
    Op::Confirm(Confirmation { user, client: "public".to_owned(), code, force: None })
}

fn walk(pool: &str, op: &[Op]) -> Walk {
    Walk { pool: pool.to_owned(), op: op.to_vec() }
}

/// A valid request, as a case of that name.
fn valid(name: &str) -> Case {
    let walk = walk("plain", &[Op::SignUp { user: 0 }, confirm(0, Code::Right)]);
    walk.as_case(CaseId::new("fuzz", name)).unwrap()
}

/// Says something else than what was done.
#[derive(Clone, Copy)]
enum Lying {
    Refused,
    Crashed,
    Gone,
}

impl Door for Lying {
    fn answer(
        &mut self,
        _: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        let answer = reference(Asking::Really);
        match self {
            Self::Refused => {
                let body = r#"{"__type":"InvalidParameterException","message":"no"}"#.into();
                Ok(Response { status: 400, body, ..answer })
            }
            Self::Crashed => Ok(Response { status: 500, ..answer }),
            Self::Gone => Err(WireFault::Unreachable { reason: "refused".to_owned() }),
        }
    }
}

fn found(case: Case, oracle: Oracle, reproduced: Option<u8>) -> Finding {
    let complaint =
        Complaint { oracle, requirement: None, expected: "better".to_owned(), got: "worse".to_owned() };
    Finding::new(&Caught { case, complaint, reproduced }, "reference", (0, 0))
}

#[test]
fn what_does_not_come_again_is_not_brought_about_by_a_request_that_confirmed_the_user() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut hunter = behind(&arena, open_door(), None).await;
        for name in ["one", "two"] {
            let input = Input { case: valid(name), made: Made::Otherwise };
            assert_eq!(hunter.hunt(&input).await.unwrap().caught, []);
        }
        // A user cannot be confirmed twice, which says nothing of the second request alone.
        let mut twice = valid("twice");
        twice.steps.extend(valid("again").steps);
        let complaint = hunter.complaint(&twice).await.unwrap();
        let caught = Caught { case: valid("two"), complaint, reproduced: None };
        let shrunk = hunter.shrink(&caught, &Made::Otherwise).await;
        assert_eq!((shrunk.reproduced, shrunk.case.steps.len()), (Some(0), 1));
    });
}

#[test]
fn an_alias_that_somebody_holds_perhaps_is_expected_of_nobody() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut hunter = behind(&arena, open_door(), None).await;
        let mut ops = vec![Op::SignUp { user: 0 }];
        ops.extend(vec![confirm(0, Code::Wrong); 5]);
        ops.extend([confirm(0, Code::Right), Op::SignUp { user: 1 }, confirm(1, Code::Right)]);
        let walked = hunter.walk(&walk("email-alias", &ops)).await.unwrap();
        assert_eq!(walked, Walked { wrong: None, hindered: None });
    });
}

#[test]
fn users_whose_names_are_addresses_share_no_alias() {
    let arena = Arena::new().unwrap();
    within(async {
        let (doorway, select) = (open_door(), Select::everything());
        let mut plan = arena.stand(&Subject { doorway: &doorway, fault: None, select }).unwrap();
        plan.control.username = UsernameStyle::Email;
        let mut hunter = Hunter::new(Stand::open(plan).await.unwrap(), SLOW);
        let ops = [0, 1].map(|user| [Op::SignUp { user }, confirm(user, Code::Right)]).concat();
        let walked = hunter.walk(&walk("email-alias", &ops)).await.unwrap();
        assert_eq!(walked, Walked { wrong: None, hindered: None });
    });
}

#[test]
fn a_refusal_that_confirms_is_found_and_found_again() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut case = valid("x");
        case.steps.iter_mut().for_each(|step| step.labels = vec![Label::new("inspect", FUZZED, "")]);
        let mut hunter = behind(&arena, Arc::new(|| Box::new(Lying::Refused)), None).await;
        let complaint = hunter.complaint(&case).await.unwrap();
        assert_eq!(complaint.oracle, Oracle::State);
        let finding = Finding { complaint, ..found(case, Oracle::State, Some(3)) };
        assert_eq!(replay(&mut hunter, &finding).await.standing, Standing::StillFails);
        let mut sound = behind(&arena, open_door(), None).await;
        assert_eq!(replay(&mut sound, &finding).await.standing, Standing::Fixed);
    });
}

#[test]
fn a_finding_is_fixed_only_where_nothing_is_wrong_and_sending_it_again_proves_that() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut sound = behind(&arena, open_door(), None).await;
        let mut crashing = behind(&arena, Arc::new(|| Box::new(Lying::Crashed)), None).await;
        let table = [
            (Oracle::Dropped, Some(3), Standing::Fixed),
            (Oracle::Dropped, Some(0), Standing::CannotTell),
            (Oracle::Bystander, None, Standing::CannotTell),
            // Another limit is measured now.
            (Oracle::Slow, Some(3), Standing::CannotTell),
        ];
        for (oracle, reproduced, standing) in table {
            let finding = found(valid("x"), oracle, reproduced);
            assert_eq!(replay(&mut sound, &finding).await.standing, standing, "{oracle}");
            let otherwise = replay(&mut crashing, &finding).await;
            assert_eq!((otherwise.standing, otherwise.wrong), (Standing::CannotTell, 0), "{oracle}");
            assert!(otherwise.says.is_some_and(|says| says.contains("server-error")), "{oracle}");
        }
    });
}

#[test]
fn a_connection_that_is_dropped_in_a_walk_is_found() {
    let arena = Arena::new().unwrap();
    within(async {
        let doorway: Doorway = Arc::new(crate::prove::connection::closed_after_refusal);
        let mut hunter = behind(&arena, doorway, None).await;
        let ops = [Op::SignUp { user: 0 }, confirm(0, Code::Wrong), confirm(0, Code::Right)];
        let walked = hunter.walk(&walk("plain", &ops)).await.unwrap();
        let (at, complaint) = walked.wrong.unwrap();
        assert_eq!((at, complaint.oracle), (2, Oracle::Dropped));
    });
}

#[test]
fn a_subject_that_is_gone_accuses_no_bystander() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut hunter = behind(&arena, Arc::new(|| Box::new(Lying::Gone)), None).await;
        assert_eq!(hunter.stand_mut().check_bystander().await, None);
        let mut hunter = behind(&arena, Arc::new(|| Box::new(Lying::Refused)), None).await;
        assert!(hunter.stand_mut().check_bystander().await.is_some());
    });
}

/// Looks, while requests are sent, whether a finding is kept that was not run again yet.
struct Looking {
    findings: PathBuf,
    is_kept: Arc<AtomicBool>,
}

impl Door for Looking {
    fn answer(
        &mut self,
        _: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        for (_, kept) in Store::findings(&self.findings).unwrap() {
            self.is_kept.fetch_or(kept.unwrap().reproduced.is_none(), Ordering::Relaxed);
        }
        Ok(reference(Asking::Really))
    }
}

#[test]
fn a_walk_is_kept_before_it_is_made_smaller() {
    let arena = Arena::new().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let is_kept = Arc::new(AtomicBool::new(false));
    let all = Planted::all();
    let planted = all.iter().find(|planted| planted.id() == "user/confirmed-is-welcome").unwrap();
    let Site::Server(fault) = planted.site else { panic!("a fault of the server") };
    let store = Store::open(dir.path()).unwrap();
    let looking = (dir.path().join("findings"), Arc::clone(&is_kept));
    let doorway: Doorway =
        Arc::new(move || Box::new(Looking { findings: looking.0.clone(), is_kept: Arc::clone(&looking.1) }));
    let limits = Limits { time: None, cases: Some(40), shard: (0, 1), seed: 0, mode: Mode::Walks };
    let tally = within(async {
        let hunter = behind(&arena, doorway, Some(fault)).await;
        let source = Source::new(Seed::DEFAULT, Dictionary::built_in());
        let (_stop, stopped) = tokio::sync::watch::channel(None);
        session(vec![hunter], (source, Some(store), "x"), limits, &stopped, &mut |_| ()).await.unwrap()
    });
    assert!(tally.progress.findings > 0 && is_kept.load(Ordering::Relaxed));
    let kept = Store::findings(dir.path()).unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|(_, kept)| kept.as_ref().unwrap().reproduced.is_some()));
}

#[test]
fn a_walk_whose_codes_cannot_be_read_is_neither_wrong_nor_right() {
    let arena = Arena::new().unwrap();
    within(async {
        let (doorway, select) = (open_door(), Select::everything());
        let mut plan = arena.stand(&Subject { doorway: &doorway, fault: None, select }).unwrap();
        // Who signs up by himself is not told his `sub`.
        let source = "file:/nowhere/${sub}#/Code".parse().unwrap();
        plan.codes = CodeReader::new(source, Surroundings::default());
        let mut hunter = Hunter::new(Stand::open(plan).await.unwrap(), SLOW);
        let walk = walk("plain", &[Op::SignUp { user: 0 }, confirm(0, Code::Right)]);
        let walked = hunter.walk(&walk).await.unwrap();
        assert!(walked.wrong.is_none() && walked.hindered.is_some(), "{walked:?}");
        let finding = Finding { trouble: Trouble::Walk(walk), ..found(valid("x"), Oracle::Model, Some(3)) };
        let replayed = replay(&mut hunter, &finding).await;
        assert_eq!((replayed.standing, replayed.says), (Standing::CannotTell, walked.hindered));
        let mut sound = behind(&arena, open_door(), None).await;
        assert_eq!(replay(&mut sound, &finding).await.standing, Standing::Fixed);
    });
}

/// Crashes once.
struct Stumbling(Arc<AtomicBool>);

impl Door for Stumbling {
    fn answer(
        &mut self,
        request: &Request,
        reference: &mut dyn FnMut(Asking) -> Response,
    ) -> Result<Response, WireFault> {
        let is_first = !self.0.swap(true, Ordering::Relaxed);
        if is_first { Lying::Crashed.answer(request, reference) } else { Ok(reference(Asking::Really)) }
    }
}

#[test]
fn a_difference_that_does_not_come_again_is_none() {
    let arena = Arena::new().unwrap();
    within(async {
        let mut sound = behind(&arena, open_door(), None).await;
        for is_walk in [false, true] {
            let has_crashed = Arc::new(AtomicBool::new(false));
            let seen = Arc::clone(&has_crashed);
            let doorway: Doorway = Arc::new(move || Box::new(Stumbling(Arc::clone(&has_crashed))));
            let mut stumbling = behind(&arena, doorway, None).await;
            let pair = (&mut stumbling, &mut sound);
            let compared = if is_walk {
                let walk = walk("plain", &[Op::SignUp { user: 0 }, confirm(0, Code::Right)]);
                compare_walks(pair, &walk, &|_| false).await
            } else {
                compare(pair, &Input { case: valid("x"), made: Made::Otherwise }, &|_| false).await
            };
            assert!(seen.load(Ordering::Relaxed));
            assert!(matches!(compared, Compared::NotComparable), "{compared:?}");
        }
    });
}
