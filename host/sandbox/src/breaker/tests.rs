use std::sync::atomic::AtomicU64;

use tollgate_billing::ids::Timestamp;

use super::*;

const FAILURES: u32 = 3;

/// A clock that a test sets, in seconds.
#[derive(Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn steady(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

struct Stage {
    clock: Arc<Hand>,
    breaker: Arc<Breaker>,
}

enum Ends {
    Answers,
    Breaks,
    BreaksContract,
    IsLeft,
}

impl Stage {
    fn new() -> Self {
        let clock = Arc::new(Hand::default());
        let breaker = Arc::new(Breaker::new(clock.clone(), FAILURES));
        Self { clock, breaker }
    }

    fn later(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn begin(&self, part: Part, client: Option<ClientId>) -> Result<Watch, Resting> {
        let watch = Watch::default();
        self.breaker.admit(part, client, &watch).map(|()| watch)
    }

    fn call(&self, export: &'static str, ends: &Ends) -> Result<(), Resting> {
        self.call_of(part(export), None, ends)
    }

    fn call_of(&self, part: Part, client: Option<ClientId>, ends: &Ends) -> Result<(), Resting> {
        let watch = self.begin(part, client)?;
        match ends {
            Ends::Answers => watch.answered(),
            Ends::Breaks => watch.broke("`check` crashed"),
            Ends::BreaksContract => {
                watch.answered();
                watch.broke("`check` did not keep to the contract");
            }
            Ends::IsLeft => {}
        }
        Ok(())
    }

    fn rests(&self) -> Vec<(&'static str, u64)> {
        self.breaker.resting(&instance()).into_iter().map(|rest| (rest.export, rest.left.as_secs())).collect()
    }
}

fn instance() -> InstanceId {
    InstanceId::new("card")
}

fn part(export: &'static str) -> Part {
    Part { instance: instance(), file: None, export }
}

#[test]
fn what_keeps_failing_rests_and_nothing_else_does() {
    let stage = Stage::new();
    for ends in [Ends::Breaks, Ends::BreaksContract] {
        assert_eq!(stage.call("check", &ends), Ok(()));
    }
    assert_eq!(stage.rests(), []);
    assert_eq!(stage.call("check", &Ends::Breaks), Ok(()));
    assert_eq!(stage.rests(), [("check", 30)]);
    let resting = stage.call("check", &Ends::Answers);
    let reason = "`check` crashed".to_owned();
    assert_eq!(resting, Err(Resting { export: "check", failures: 3, left: Duration::from_secs(30), reason }));
    assert_eq!(stage.call("pay-now", &Ends::Answers), Ok(()));
    let other = Part { instance: InstanceId::new("card-2"), ..part("check") };
    assert_eq!(stage.call_of(other, None, &Ends::Answers), Ok(()));
    let older = Part { file: Some(ComponentId::new("ab")), ..part("check") };
    assert_eq!(stage.call_of(older, None, &Ends::Answers), Ok(()));
}

#[test]
fn one_answer_ends_a_row_of_failures() {
    let stage = Stage::new();
    for _ in 0..10 {
        for ends in [Ends::Breaks, Ends::Breaks, Ends::Answers] {
            assert_eq!(stage.call("check", &ends), Ok(()));
        }
    }
    assert!(stage.breaker.failing.lock().is_empty(), "what answers is not remembered");
}

#[test]
fn after_a_rest_one_call_tries_and_each_rest_is_longer_up_to_five_minutes() {
    let stage = Stage::new();
    for _ in 0..FAILURES {
        assert_eq!(stage.call("check", &Ends::Breaks), Ok(()));
    }
    for rest in [30, 60, 120, 240, 300, 300] {
        assert_eq!(stage.rests(), [("check", rest)]);
        stage.later(rest - 1);
        assert!(stage.call("check", &Ends::Answers).is_err());
        stage.later(1);
        assert_eq!(stage.rests(), [], "the next one is let through");
        let trial = stage.begin(part("check"), None).expect("the rest is over");
        assert!(stage.call("check", &Ends::Answers).is_err(), "another one while it is tried");
        assert_eq!(stage.rests(), [("check", 0)]);
        trial.broke("`check` crashed");
        drop(trial);
    }
    stage.later(300);
    assert_eq!(stage.call("check", &Ends::IsLeft), Ok(()));
    assert_eq!(stage.call("check", &Ends::Answers), Ok(()), "a trial that nobody waited for is made again");
    assert_eq!(stage.rests(), []);
}

#[test]
fn one_client_s_failures_are_one_in_a_minute() {
    let stage = Stage::new();
    let fails = |client| stage.call_of(part("submit"), Some(ClientId(client)), &Ends::Breaks);
    for _ in 0..20 {
        assert_eq!(fails(1), Ok(()));
        stage.later(1);
    }
    stage.later(60);
    assert_eq!(fails(1), Ok(()));
    assert_eq!(stage.rests(), []);
    assert_eq!(fails(2), Ok(()));
    assert_eq!(stage.rests(), [("submit", 30)]);
}

#[test]
fn calls_from_before_the_rest_neither_end_nor_lengthen_it() {
    let stage = Stage::new();
    let slow: Vec<Watch> = (0..2).filter_map(|_| stage.begin(part("check"), None).ok()).collect();
    for _ in 0..FAILURES {
        assert_eq!(stage.call("check", &Ends::Breaks), Ok(()));
    }
    slow[0].answered();
    slow[1].broke("`check` crashed");
    drop(slow);
    assert_eq!(stage.rests(), [("check", 30)]);
}

#[test]
fn what_staff_do_by_hand_never_rests_and_a_change_of_theirs_wakes() {
    let stage = Stage::new();
    for _ in 0..20 {
        assert_eq!(stage.call("check-config", &Ends::Breaks), Ok(()));
    }
    for _ in 0..FAILURES {
        assert_eq!(stage.call("check", &Ends::Breaks), Ok(()));
    }
    stage.breaker.wake(Some(&InstanceId::new("paypal")));
    assert_eq!(stage.rests(), [("check", 30)]);
    stage.breaker.wake(Some(&instance()));
    assert_eq!(stage.rests(), []);
    assert_eq!(stage.call("check", &Ends::Answers), Ok(()));
}
