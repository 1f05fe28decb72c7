//! Faults that last until the test ends them.

use super::{ALWAYS, FEW, Site, TWO_PAGES, always, warnings, warnings_about_azure};
use futures::future::join_all;
use grafana_plugin_sdk::pluginv2::check_health_response::HealthStatus;
use lab::SimulatedAzure;
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults};

/// A fault that lasts, and what users see of it.
struct Case {
    name: &'static str,
    faults: Faults,
    configurations: u32,
    timeout_seconds: u32,
    /// The error before the first reading: status, error source, a word for the failure and a word for the remedy.
    error: (i32, &'static str, [&'static str; 2]),
    /// A word of the warning after the first reading.
    warning: &'static str,
}

fn cases() -> Vec<Case> {
    let throttled = |retry_after_seconds, resets_after_seconds| {
        always(FaultKind::Throttled { retry_after_seconds, resets_after_seconds })
    };
    let case = |name, faults, error, warning| Case {
        name,
        faults,
        configurations: FEW,
        timeout_seconds: 30,
        error,
        warning,
    };
    let token = |kind| Faults {
        token: vec![Fault::times(ALWAYS, kind)],
        ..always(FaultKind::ExpiredToken)
    };
    let busy = (429, "downstream", ["is throttling", "cacheSeconds"]);
    let gone = (502, "downstream", ["cannot be reached", "proxies"]);
    vec![
        case("429 with Retry-After", throttled(Some(1), None), busy, "throttling"),
        case("429 with quota headers", throttled(None, Some(1)), busy, "throttling"),
        case(
            "500",
            always(FaultKind::ServerError { status: 500 }),
            (502, "downstream", ["(500)", "Try again"]),
            "(500)",
        ),
        case(
            "503",
            always(FaultKind::ServerError { status: 503 }),
            (502, "downstream", ["(503)", "Try again"]),
            "(503)",
        ),
        case("reset", always(FaultKind::Reset), gone, "cannot be reached"),
        case("cut body", always(FaultKind::CutBody), gone, "cannot be reached"),
        case(
            "garbage",
            always(FaultKind::Garbage),
            (500, "plugin", ["not understood", "report"]),
            "not understood",
        ),
        Case {
            configurations: TWO_PAGES,
            ..case(
                "repeated page",
                always(FaultKind::RepeatPage),
                (500, "plugin", ["makes no progress", "report"]),
                "not understood",
            )
        },
        Case {
            configurations: TWO_PAGES,
            ..case(
                "stale skip token",
                always(FaultKind::StaleSkipToken),
                (500, "plugin", ["InvalidSkipToken", "report"]),
                "InvalidSkipToken",
            )
        },
        case(
            "expired token",
            always(FaultKind::ExpiredToken),
            (401, "downstream", ["did not accept the sign-in", "tenant"]),
            "did not accept",
        ),
        case(
            "no tokens",
            token(FaultKind::ServerError { status: 503 }),
            (502, "downstream", ["the Azure identity failed (503)", "Try again"]),
            "the Azure identity",
        ),
        Case {
            timeout_seconds: 2,
            ..case(
                "hang",
                always(FaultKind::Slow { millis: 3_600_000 }),
                (504, "downstream", ["still being read", "try again"]),
                "did not answer within 2 s",
            )
        },
    ]
}

pub async fn before_the_first_reading() {
    let checked = cases().into_iter().map(async |case| {
        let site = Site::new(case.name, case.configurations, case.timeout_seconds).await;
        site.faults(&case.faults);
        let (status, source, text) = site.ask().await.expect_err(case.name);
        assert_eq!((status, source.as_str()), (case.error.0, case.error.1), "{text}");
        for words in case.error.2 {
            assert!(text.contains(words), "{}: {words} is missing in: {text}", case.name);
        }
        site.faults(&Faults::default());
        assert_eq!(site.recovered().await, case.configurations as usize, "{}", case.name);
        site.end().await;
    });
    join_all(checked).await;
}

pub async fn after_the_first_reading() {
    let checked = cases().into_iter().map(async |case| {
        let site = Site::new(case.name, case.configurations, case.timeout_seconds).await;
        let whole = site.first().await;
        assert_eq!(
            (whole.rows(), warnings_about_azure(&whole)),
            (case.configurations as usize, vec![]),
            "{}",
            case.name
        );
        site.faults(&case.faults);
        let warning = site.until("no warning", |asked| {
            let frame = asked.as_ref().unwrap_or_else(|error| panic!("{}: {error:?}", case.name));
            assert_eq!(frame.rows(), case.configurations as usize, "{}", case.name);
            warnings(frame).into_iter().find(|text| text.contains(case.warning))
        });
        let warning = warning.await;
        assert!(warning.contains(" s old"), "{}: {warning}", case.name);
        let health = site.plugin.check_health(site.context.clone()).await.expect("an answer");
        assert_eq!(health.status(), HealthStatus::Error, "{}", case.name);

        site.azure.emulator().reset_stats();
        site.faults(&Faults::default());
        assert_eq!(site.recovered().await, case.configurations as usize, "{}", case.name);
        // The reading that was in progress when the fault ended, and the one that succeeds: two pages of the fleet and
        // one of names each.
        let pages = site.azure.emulator().stats().pages;
        assert!(pages <= 6, "{}: {pages} pages until it recovered", case.name);
        site.end().await;
    });
    join_all(checked).await;
}

/// Azure disappears, and returns without its own tokens.
pub async fn away_and_back() {
    let mut site = Site::new("gone", 50, 30).await;
    assert_eq!(site.first().await.rows(), 50);
    let options = site.azure.emulator().options().clone();
    let url = site.azure.emulator().base_url();
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    // Another emulator takes its place for the moment, so that the first is dropped.
    site.azure = SimulatedAzure::start(options.clone()).await.expect("a free port");
    let warning = site
        .until("no warning", |asked| {
            let frame = asked.as_ref().unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!(frame.rows(), 50);
            warnings(frame).into_iter().find(|text| text.contains("cannot be reached"))
        })
        .await;
    assert!(warning.contains(" s old"), "{warning}");
    // The new emulator has none of the tokens that the first one issued.
    let again = EmulatorOptions { port, ..options };
    site.azure = SimulatedAzure::start(again).await.expect("its port is free again");
    assert_eq!(site.recovered().await, 50);
    assert!(site.azure.requests().tokens > 0);
    site.end().await;
}
