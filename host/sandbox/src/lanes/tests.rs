use std::sync::atomic::AtomicUsize;

use tokio::task::{JoinHandle, yield_now};

use super::*;

fn plugin(name: &str) -> PluginId {
    PluginId::new(name)
}

/// A call that the clock finds at work at each of its steps; it writes its name down there.
fn spins(lanes: &Lanes, name: &'static str, steps: usize, diary: &Arc<Mutex<Vec<&'static str>>>) -> JoinHandle<()> {
    let (lanes, diary) = (lanes.clone(), diary.clone());
    tokio::spawn(async move {
        let work = Work::default();
        let seen = work.clone();
        let call = async {
            for _ in 0..steps {
                seen.tick();
                diary.lock().push(name);
                yield_now().await;
            }
        };
        lanes.run(&plugin(name), &work, call).await;
        lanes.ended(&plugin(name), &work, true);
    })
}

#[tokio::test]
async fn plugins_take_turns_whatever_number_of_calls_each_of_them_has() {
    let (lanes, diary) = (Lanes::new(1), Arc::default());
    let many: Vec<_> = (0..10).map(|_| spins(&lanes, "many", 40, &diary)).collect();
    yield_now().await;
    let single = spins(&lanes, "single", 40, &diary);
    single.await.unwrap();
    many.iter().for_each(JoinHandle::abort);
    let diary = diary.lock();
    let from = diary.iter().position(|name| *name == "single").unwrap();
    let others = diary[from..].iter().filter(|name| **name == "many").count();
    // One step of another's after each step of its own, and what was under way without a lane.
    assert!(others <= 40 + 10 * FREE_TICKS as usize, "{others}");
}

#[tokio::test]
async fn no_more_calls_work_at_once_than_there_are_lanes() {
    let lanes = Lanes::new(2);
    let (at_work, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (lanes, at_work, most) = (lanes.clone(), at_work.clone(), most.clone());
            tokio::spawn(async move {
                let work = Work::default();
                (0..FREE_TICKS).for_each(|_| work.tick());
                let step = poll_fn(|context| {
                    most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    at_work.fetch_sub(1, Ordering::SeqCst);
                    context.waker().wake_by_ref();
                    if work.ticks() > 100 {
                        Poll::Ready(())
                    } else {
                        work.tick();
                        Poll::Pending
                    }
                });
                lanes.run(&plugin("a"), &work, step).await;
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert!(most.load(Ordering::SeqCst) <= 2);
    assert_eq!(lanes.0.lock().free, 2);
}

#[tokio::test]
async fn a_call_that_is_given_up_while_it_waits_keeps_no_lane_from_others() {
    let lanes = Lanes::new(1);
    let Turn::Now(held) = lanes.ask(&plugin("a")) else { panic!("a lane is free") };
    let waits = |name: &str| match lanes.ask(&plugin(name)) {
        Turn::Later(later) => later,
        Turn::Now(_) => panic!("no lane is free"),
    };
    let (given_up, mut other, late) = (waits("b"), waits("c"), waits("b"));
    drop(given_up);
    drop(held);
    drop(late);
    // The turn came to the plugin that waited second, because the first one was gone.
    let came = other.try_recv();
    assert!(came.is_ok());
    assert_eq!(lanes.0.lock().free, 0);
    drop(came);
    assert_eq!(lanes.0.lock().free, 1);
}

#[tokio::test]
async fn a_plugin_whose_call_broke_off_begins_in_a_lane_until_it_has_behaved() {
    let (lanes, a) = (Lanes::new(1), plugin("a"));
    let begins = || {
        let Turn::Now(held) = lanes.ask(&plugin("other")) else { panic!("a lane is free") };
        let work = Work::default();
        let begun = {
            let mut call = pin!(lanes.run(&a, &work, async {}));
            call.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready()
        };
        drop(held);
        assert_eq!(begun, work.has_begun());
        begun
    };
    assert!(begins());
    let begun = || {
        let work = Work::default();
        work.0.begun.store(true, Ordering::Relaxed);
        work
    };
    lanes.ended(&a, &begun(), false);
    for _ in 0..GOOD_CALLS_TO_TRUST {
        assert!(!begins());
        lanes.ended(&a, &begun(), true);
    }
    assert!(begins());
    let long = begun();
    (0..=LONG_TICKS).for_each(|_| long.tick());
    lanes.ended(&a, &long, true);
    assert!(!begins());
}
