//! The policy, on tokio's paused clock.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug)]
struct Value(usize, Instant);

impl Aged for Value {
    fn fetched(&self) -> Instant {
        self.1
    }
}

#[derive(Debug)]
struct Broken(Option<Duration>);

impl RefreshError for Broken {
    fn retry_after(&self) -> Option<Duration> {
        self.0
    }
    fn panicked() -> Self {
        Self(None)
    }
}

const POLICY: Policy = Policy {
    fresh: Duration::from_secs(30),
    max_stale: Duration::from_secs(3_600),
    patience: Duration::from_secs(3),
    first_wait: Duration::from_secs(30),
    retry_after: Duration::from_secs(5),
};

#[derive(Clone, Copy, Default)]
enum Plan {
    #[default]
    Works,
    Fails,
    WantsRest(u64),
}

/// A fake upstream; time is tokio's paused clock.
#[derive(Default)]
struct Far {
    asked: AtomicUsize,
    plan: Mutex<(Duration, Plan)>,
}

impl Far {
    fn set(&self, takes: u64, plan: Plan) {
        *self.plan.lock().unwrap() = (Duration::from_secs(takes), plan);
    }
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn refresher() -> (Arc<Far>, Arc<Refresher<Value, Broken>>) {
    let far = Arc::new(Far::default());
    let fetched = Arc::clone(&far);
    let fetch: Fetch<Value, Broken> = Box::new(move |previous, pass| {
        let far = Arc::clone(&fetched);
        Box::pin(async move {
            if let (Pass::Supplement, Some(previous)) = (pass, previous) {
                // More of the same: no younger.
                let takes = far.plan.lock().unwrap().0;
                tokio::time::sleep(takes).await;
                return Ok(Value(far.asked.fetch_add(1, Ordering::SeqCst) + 1, previous.1));
            }
            let number = far.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let (takes, plan) = *far.plan.lock().unwrap();
            tokio::time::sleep(takes).await;
            match plan {
                Plan::Works => Ok(Value(number, Instant::now())),
                Plan::Fails => Err(Broken(None)),
                Plan::WantsRest(seconds) => Err(Broken(Some(Duration::from_secs(seconds)))),
            }
        })
    });
    (far, Arc::new(Refresher::new(POLICY, fetch)))
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn many_callers_cause_one_fetch() {
    let (far, refresher) = refresher();
    far.set(1, Plan::Works);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let refresher = Arc::clone(&refresher);
            tokio::spawn(async move { refresher.get().await.expect("a value").value.0 })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic"), 1);
    }
    pass(29).await;
    assert_eq!(refresher.get().await.expect("fresh").value.0, 1);
    assert_eq!(far.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_little_old_is_served_at_once_while_a_refresh_runs_behind() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    far.set(20, Plan::Works);
    pass(31).await;
    let before = Instant::now();
    let served = refresher.get().await.expect("old");
    assert_eq!((served.value.0, before.elapsed()), (1, Duration::ZERO));
    assert!(served.stale.is_none(), "within the promise");
    pass(21).await;
    assert_eq!(refresher.get().await.expect("new").value.0, 2);
    assert_eq!(far.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn older_than_four_times_callers_wait_a_little() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    pass(121).await;
    far.set(2, Plan::Works);
    assert_eq!(refresher.get().await.expect("waited").value.0, 2);
    pass(121).await;
    far.set(10, Plan::Works);
    let before = Instant::now();
    let served = refresher.get().await.expect("old");
    assert_eq!((served.value.0, before.elapsed()), (2, POLICY.patience));
    assert!(matches!(served.stale, Some(Stale::Slow)));
}

#[tokio::test(start_paused = true)]
async fn a_failure_keeps_the_old_value_and_says_so() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    far.set(0, Plan::Fails);
    pass(40).await;
    refresher.get().await.expect("old, refresh behind");
    pass(1).await;
    let served = refresher.get().await.expect("old");
    assert!(matches!(served.stale, Some(Stale::Failed(_))));
    assert_eq!(served.value.0, 1);
    // Recovers within one refresh after the fault ends.
    far.set(0, Plan::Works);
    pass(30).await;
    refresher.get().await.expect("refresh behind");
    pass(1).await;
    let served = refresher.get().await.expect("new");
    assert!(served.stale.is_none());
    assert!(served.value.0 > 1);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_too_old_is_an_error() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    far.set(0, Plan::Fails);
    pass(3_601).await;
    let Err(Unavailable::Failed { age: Some(age), .. }) = refresher.get().await else {
        panic!("must fail");
    };
    assert_eq!(age, Duration::from_secs(3_601));
}

#[tokio::test(start_paused = true)]
async fn without_any_value_a_failure_is_an_error_and_is_not_repeated_at_once() {
    let (far, refresher) = refresher();
    far.set(0, Plan::Fails);
    for _ in 0..10 {
        assert!(matches!(refresher.get().await, Err(Unavailable::Failed { age: None, .. })));
    }
    assert_eq!(far.asked(), 1, "held back after the failure");
    pass(5).await;
    assert!(refresher.get().await.is_err());
    assert_eq!(far.asked(), 2);
    pass(5).await;
    assert!(refresher.get().await.is_err());
    assert_eq!(far.asked(), 2, "twice as long after the second");
}

#[tokio::test(start_paused = true)]
async fn the_upstreams_wait_is_obeyed() {
    let (far, refresher) = refresher();
    far.set(0, Plan::WantsRest(372));
    assert!(refresher.get().await.is_err());
    far.set(0, Plan::Works);
    pass(371).await;
    assert!(refresher.get().await.is_err());
    pass(1).await;
    assert_eq!(refresher.get().await.expect("allowed again").value.0, 2);
}

#[tokio::test(start_paused = true)]
async fn a_first_read_that_takes_too_long_says_so() {
    let (far, refresher) = refresher();
    far.set(100, Plan::Works);
    let Err(Unavailable::StillReading { running, age: None }) = refresher.get().await else {
        panic!("must not wait forever");
    };
    assert_eq!(running, POLICY.first_wait);
    pass(71).await;
    assert_eq!(refresher.get().await.expect("read by now").value.0, 1);
    assert_eq!(far.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_callers_wait_for_one_supplement() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    far.set(2, Plan::Works);
    let (one, other) = tokio::join!(refresher.supplemented(), refresher.supplemented());
    assert_eq!((one.expect("new").value.0, other.expect("new").value.0), (2, 2));
    far.set(100, Plan::Works);
    let before = Instant::now();
    assert_eq!(refresher.supplemented().await.expect("old").value.0, 2);
    assert_eq!(before.elapsed(), POLICY.first_wait, "and not longer");
}

#[tokio::test(start_paused = true)]
async fn dropping_it_ends_the_refresh() {
    let (far, refresher) = refresher();
    far.set(1_000, Plan::Works);
    refresher.refresh_behind(Pass::Whole);
    pass(1).await;
    assert_eq!(Arc::strong_count(&refresher.shared), 2, "held by the running refresh");
    let shared = Arc::downgrade(&refresher.shared);
    drop(refresher);
    tokio::task::yield_now().await;
    assert!(shared.upgrade().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_reading_does_not_block_the_next() {
    let panics = AtomicUsize::new(0);
    let fetch: Fetch<Value, Broken> = Box::new(move |_, _| {
        let first = panics.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(async move {
            assert!(!first, "on purpose");
            Ok(Value(2, Instant::now()))
        })
    });
    let refresher = Refresher::new(POLICY, fetch);
    assert!(matches!(refresher.get().await, Err(Unavailable::Failed { .. })));
    pass(5).await;
    assert_eq!(refresher.get().await.expect("second try").value.0, 2);
}

#[tokio::test(start_paused = true)]
async fn a_supplement_does_not_hide_a_failed_reading() {
    let (far, refresher) = refresher();
    refresher.get().await.expect("first");
    far.set(0, Plan::Fails);
    pass(31).await;
    refresher.get().await.expect("refresh behind");
    pass(6).await;
    refresher.refresh_behind(Pass::Supplement);
    pass(1).await;
    let served = refresher.get().await.expect("old");
    assert_eq!(served.value.0, 3, "supplemented after the failure");
    assert!(matches!(served.stale, Some(Stale::Failed(_))), "and still as old as it was");
}
