//! Points in time as Azure writes them.

use std::fmt;

/// A point in time: whole milliseconds since 1970-01-01T00:00:00 UTC. Always UTC.
///
/// Azure writes `Z` or an offset, with 0 to 7 fractional digits, and mixes the forms within one resource; finer parts
/// than a millisecond are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcMillis(pub i64);

impl UtcMillis {
    /// Parses an RFC 3339 time; `None` for anything else, Azure's empty text included.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: jiff::Timestamp = text.parse().ok()?;
        Some(Self(timestamp.as_millisecond()))
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
        for text in ["", "yesterday", "2022-04-18", "2022-04-18T05:45:48", "0"] {
            assert_eq!(UtcMillis::parse(text), None, "{text}");
        }
    }

    #[test]
    fn prints_rfc_3339_in_utc() {
        assert_eq!(UtcMillis(1_650_260_748_768).to_string(), "2022-04-18T05:45:48.768Z");
    }
}
