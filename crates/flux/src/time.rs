//! Points in time as Azure writes them.

use std::fmt;

/// A point in time: whole milliseconds since 1970-01-01T00:00:00 UTC. Always UTC.
///
/// Azure writes `Z`, an offset or neither, with 0 to 7 fractional digits, and mixes the forms within one resource; finer
/// parts than a millisecond are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// Parses an RFC 3339 time; one without an offset is UTC, as .NET means it. `None` for anything else, Azure's empty
    /// text included.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp = text.parse::<jiff::Timestamp>().ok().or_else(|| without_offset(text))?;
        Some(Self(timestamp.as_millisecond()))
    }

    /// Parses a time at which Azure says that something happened. `None` also for the placeholders that mean "never":
    /// the year 1 of .NET and Go, the years 1601 and 1970 of Windows and Unix, the year 9999 of .NET.
    pub fn from_azure(text: &str) -> Option<Self> {
        Self::parse(text).filter(|time| (EARLIEST..LATEST).contains(&time.0))
    }

    /// Nanoseconds since the epoch, as data frames carry time; clamped to what 64 bits hold (years 1678 to 2262).
    pub fn as_nanos(self) -> i64 {
        self.0.saturating_mul(1_000_000)
    }

    /// Whole seconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1_000
    }
}

/// 2000-01-01: nothing that Azure reports of Flux happened before.
const EARLIEST: i64 = 946_684_800_000;
/// 2200-01-01: well before the end of what a data frame's 64 bits of nanoseconds hold.
const LATEST: i64 = 7_258_118_400_000;

/// A date and a time of day without `Z` or an offset. A date alone is no point in time.
fn without_offset(text: &str) -> Option<jiff::Timestamp> {
    let has_time_of_day = text.contains(':');
    let civil: jiff::civil::DateTime = text.parse().ok().filter(|_| has_time_of_day)?;
    jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()
}

impl fmt::Display for UtcMillis {
    /// RFC 3339 in UTC: `2026-01-02T03:04:05.678Z`, without a fraction where it is zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_that_azure_writes() {
        let expected = UtcMillis(1_650_260_748_000);
        for text in [
            "2022-04-18T05:45:48Z",
            "2022-04-18T05:45:48+00:00",
            "2022-04-18T05:45:48.000+00:00",
            "2022-04-18T05:45:48.000000Z",
            "2022-04-18T05:45:48.0005405+00:00",
            "2022-04-18T14:45:48+09:00",
        ] {
            assert_eq!(UtcMillis::parse(text), Some(expected), "{text}");
        }
        assert_eq!(
            UtcMillis::parse("2022-04-18T05:45:48.768+00:00"),
            Some(UtcMillis(1_650_260_748_768))
        );
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in ["", "yesterday", "2022-04-18", "0", "05:45:48", "2022-04-18T25:00:00"] {
            assert_eq!(UtcMillis::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_utc() {
        let expected = UtcMillis::parse("2024-06-12T09:38:11.123Z");
        for text in [
            "2024-06-12T09:38:11.1234567",
            "2024-06-12T09:38:11.123",
            "2024-06-12 09:38:11.123",
            "2024-06-12t09:38:11.1230",
        ] {
            assert_eq!(UtcMillis::parse(text), expected, "{text}");
            assert_eq!(UtcMillis::from_azure(text), expected, "{text}");
        }
        let whole = UtcMillis::parse("2024-06-12T09:38:00Z");
        assert_eq!(UtcMillis::parse("2024-06-12T09:38"), whole);
    }

    #[test]
    fn a_placeholder_for_never_is_no_time_of_azures() {
        for text in [
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+00:00",
            "0001-01-01T00:00:00.0000000-08:00",
            "0001-01-01T01:00:00+01:00",
            "0001-01-01T00:00:00+01:00",
            "1601-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.000+00:00",
            "9999-12-31T23:59:59.9999999Z",
            "9999-12-31T23:59:59.9999999",
        ] {
            assert_eq!(UtcMillis::from_azure(text), None, "{text}");
        }
        let time = "2022-04-18T05:45:48Z";
        assert_eq!(UtcMillis::from_azure(time), UtcMillis::parse(time));
    }

    #[test]
    fn prints_rfc_3339_in_utc() {
        assert_eq!(UtcMillis(1_650_260_748_768).to_string(), "2022-04-18T05:45:48.768Z");
    }
}
