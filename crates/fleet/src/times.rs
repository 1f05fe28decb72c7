//! Times of the simulated fleet. Each is a function of `now`, and changes only at simulated events.

use flux::{Text, UtcMillis};
use jiff::Timestamp;
use jiff::tz::Offset;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The latest time not after `now` that lies `phase` milliseconds after a multiple of `period` milliseconds.
///
/// So the time of something that happens every `period` stays the same until it happens again.
pub(super) fn last_event(now: UtcMillis, period: i64, phase: u64) -> UtcMillis {
    let period = period.max(1);
    let phase = (phase % period.unsigned_abs()).cast_signed();
    UtcMillis(now.0 - (now.0 - phase).rem_euclid(period))
}

/// The form of a time. Azure uses several, even within one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-01-02T03:04:05Z`
    Zulu,
    /// `2026-01-02T03:04:05.678Z`
    ZuluMillis,
    /// `2026-01-02T03:04:05+00:00`
    Offset,
    /// `2026-01-02T03:04:05.678+00:00`
    OffsetMillis,
    /// `2026-01-02T03:04:05.678901+00:00`
    OffsetMicros,
    /// `2026-01-02T03:04:05.6789012+00:00`
    OffsetTicks,
}

impl Form {
    pub(super) const ALL: [Self; 6] = [
        Self::Zulu,
        Self::ZuluMillis,
        Self::Offset,
        Self::OffsetMillis,
        Self::OffsetMicros,
        Self::OffsetTicks,
    ];

    /// The time as text. Digits beyond milliseconds are derived from the time.
    pub(super) fn write(self, at: UtcMillis) -> Text {
        let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
        let civil = Offset::UTC.to_datetime(timestamp);
        let millis = at.0.rem_euclid(1000);
        let finer = at.0.rem_euclid(9973);
        let tail = match self {
            Self::Zulu => "Z".to_owned(),
            Self::ZuluMillis => format!(".{millis:03}Z"),
            Self::Offset => "+00:00".to_owned(),
            Self::OffsetMillis => format!(".{millis:03}+00:00"),
            Self::OffsetMicros => format!(".{millis:03}{:03}+00:00", finer / 10),
            Self::OffsetTicks => format!(".{millis:03}{finer:04}+00:00"),
        };
        Text::from(format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{tail}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back_as_the_same_second() {
        let at = UtcMillis(1_650_260_748_768);
        for form in Form::ALL {
            let text = form.write(at);
            let read = UtcMillis::parse(&text).expect(&text);
            assert_eq!(read.0.div_euclid(1000), at.0.div_euclid(1000), "{text}");
        }
        assert_eq!(Form::OffsetMillis.write(at), "2022-04-18T05:45:48.768+00:00");
        assert_eq!(Form::OffsetTicks.write(at).len(), "2022-04-18T05:45:48.0005405+00:00".len());
    }

    #[test]
    fn a_time_stays_the_same_until_the_next_event() {
        let event = last_event(UtcMillis(10 * HOUR), HOUR, 5 * 60_000);
        assert_eq!(event, UtcMillis(9 * HOUR + 5 * MINUTE));
        assert_eq!(last_event(UtcMillis(10 * HOUR + 4 * MINUTE), HOUR, 5 * 60_000), event);
        assert_eq!(last_event(UtcMillis(-1), HOUR, 0), UtcMillis(-HOUR));
    }
}
