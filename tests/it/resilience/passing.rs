//! Faults that end by themselves, and faults that the plugin can tolerate.

use super::{ALWAYS, Site, TWO_PAGES, always, arg, warnings, warnings_about_azure};
use fleet::FleetSpec;
use futures::future::join_all;
use lab::emulator::{EmulatorOptions, Fault, FaultKind, Faults, Route};

/// The user notices nothing.
pub async fn once() {
    let throttled = |retry_after_seconds, resets_after_seconds| FaultKind::Throttled {
        retry_after_seconds,
        resets_after_seconds,
    };
    // Each fault with its number of Resource Graph requests: at least two pages of the fleet, and one of names.
    let faults = [
        ("Retry-After", Fault::once(throttled(Some(1), None)), 4),
        ("quota headers", Fault::once(throttled(None, Some(1))), 4),
        ("503", Fault::once(FaultKind::ServerError { status: 503 }).after(1), 4),
        ("reset", Fault::times(2, FaultKind::Reset).after(1), 5),
        ("cut body", Fault::once(FaultKind::CutBody).after(1), 4),
        ("garbage", Fault::once(FaultKind::Garbage), 4),
        ("a page again", Fault::once(FaultKind::RepeatPage), 5),
        ("a token that expires between pages", Fault::once(FaultKind::ExpiredToken).after(1), 4),
        ("a skip token refused half way", Fault::once(FaultKind::StaleSkipToken).after(1), 5),
        ("a row of 1 MB", Fault::once(FaultKind::HugeRow { bytes: 1 << 20 }), 3),
    ];
    let checked = faults.map(async |(name, fault, requests)| {
        let renewed = fault.kind == FaultKind::ExpiredToken;
        let site = Site::new(name, TWO_PAGES, 30).await;
        site.faults(&arg(fault));
        let whole = site.first().await;
        let warnings = warnings_about_azure(&whole);
        assert_eq!((whole.rows(), warnings), (TWO_PAGES as usize, vec![]), "{name}");
        let asked = site.azure.requests();
        assert!(asked.queries >= requests, "{name}: {asked}");
        assert_eq!(asked.tokens, 1 + u64::from(renewed), "{name}");
        site.end().await;
    });
    join_all(checked).await;
}

/// Unreadable rows are counted, and the other rows are shown.
pub async fn unreadable_rows() {
    let site = Site::new("wrong types", 500, 30).await;
    site.faults(&always(FaultKind::WrongTypes));
    let frame = site.first().await;
    let [warning] = warnings_about_azure(&frame).try_into().expect("one warning");
    let left_out: usize =
        warning.split(' ').next().and_then(|count| count.parse().ok()).expect("a count first");
    assert!(warning.contains("rows of Resource Graph could not be read"), "{warning}");
    // Two of ten rows lose their ids; extensions are among them.
    assert!((90..=110).contains(&left_out), "{warning}");
    assert!((390..=410).contains(&frame.rows()), "{} rows; {warning}", frame.rows());
    site.faults(&Faults::default());
    assert_eq!(site.recovered().await, 500);
    site.end().await;
}

/// Azure's own quota, and a fleet of more than fifteen pages.
pub async fn many_pages() {
    const CONFIGURATIONS: u32 = 15_500;
    let spec = FleetSpec { clusters: 100, configurations: CONFIGURATIONS, seed: 1 };
    let options = EmulatorOptions { quota: Some(15), ..EmulatorOptions::from(spec) };
    let site = Site::with("quota", options, 60).await;
    assert_eq!(site.first().await.rows(), CONFIGURATIONS as usize);
    let stats = site.azure.emulator().stats();
    assert!(stats.pages > 15, "{stats:?}");
    assert_eq!(stats.count(Route::Arg, 429), 0, "{stats:?}");
    // The client sends seven. One more may fall into the window, because the clocks of the two sides differ.
    assert!(stats.max_in_window <= 8, "{stats:?}");
    site.end().await;
}

/// When additional data can't be read, users still see the fleet.
pub async fn names_and_details() {
    let hang = || Fault::times(ALWAYS, FaultKind::Slow { millis: 3_600_000 });
    let cases = [
        (
            "names",
            Faults { arg: vec![hang().after(1)], ..Faults::default() },
            Some("names of subscriptions"),
        ),
        ("details", Faults { resource: vec![hang()], ..Faults::default() }, None),
    ];
    let checked = cases.map(async |(name, faults, words)| {
        let site = Site::new(name, 50, 30).await;
        site.faults(&faults);
        let frame = site.ask().await.expect(name);
        assert_eq!(frame.rows(), 50, "{name}");
        let warnings = warnings(&frame);
        let said = words.is_none_or(|words| warnings.iter().any(|text| text.contains(words)));
        assert!(said, "{name}: {warnings:?}");
        site.end().await;
    });
    join_all(checked).await;
}
