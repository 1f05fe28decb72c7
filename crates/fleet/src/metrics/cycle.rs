//! Durations that repeat in a cycle, so that the sum and histogram of any number of them cost nanoseconds.

/// Weights of the thirty-two durations of a cycle: most are equal, some are long, one is ten times as long.
const WEIGHTS: [u64; LEN] = [
    10, 9, 12, 8, 11, 14, 9, 10, 13, 8, 16, 10, 9, 12, 24, 11, 8, 10, 9, 15, 12, 10, 40, 9, 11, 8,
    13, 10, 9, 18, 12, 96,
];
const LEN: usize = 32;
/// The most frequent weight, and the weight of every duration when all are the same.
pub(super) const USUAL: u64 = 10;
/// `SUMS[n]` is the sum of the first `n` weights of two cycles in a row.
const SUMS: [u64; 2 * LEN + 1] = {
    let mut sums = [0; 2 * LEN + 1];
    let mut index = 0;
    while index < 2 * LEN {
        sums[index + 1] = sums[index] + WEIGHTS[index % LEN];
        index += 1;
    }
    sums
};

/// An endless sequence of durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// Microseconds per unit of weight.
    step: u64,
    /// Index in [`WEIGHTS`] of the first duration. `None`: all durations are the same.
    turn: Option<usize>,
}

/// Which durations of a cycle are no longer than a bound: one bit each, the first duration in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Within(u32);

impl Cycle {
    /// Durations of 0.8 to 9.6 times `usual` microseconds; `turn` is the index at which the cycle begins.
    pub(super) fn varied(usual: u64, turn: u64) -> Self {
        Self { step: usual / USUAL, turn: Some(place(turn)) }
    }

    /// Durations of `micros` microseconds, all the same.
    pub(super) fn even(micros: u64) -> Self {
        Self { step: micros / USUAL, turn: None }
    }

    /// The duration at an index, microseconds.
    pub(super) fn micros(self, index: u64) -> u64 {
        match self.turn {
            None => self.step * USUAL,
            Some(turn) => self.step * WEIGHTS[(turn + place(index)) % LEN],
        }
    }

    /// Sum of the first `count` durations, microseconds.
    pub(super) fn sum(self, count: u64) -> u64 {
        let weight = match self.turn {
            None => count * USUAL,
            Some(turn) => count / LEN as u64 * SUMS[LEN] + SUMS[turn + place(count)] - SUMS[turn],
        };
        weight * self.step
    }

    /// Which durations of a cycle are at most `seconds` long.
    pub(super) fn within(self, seconds: f64) -> Within {
        let bits = (0..LEN as u64).filter(|index| seconds_of(self.micros(*index)) <= seconds);
        Within(bits.fold(0, |mask, index| mask | 1 << index))
    }
}

impl Within {
    /// Number of the first `count` durations that are within the bound.
    pub(super) fn count(self, count: u64) -> u64 {
        let rest = self.0 & ((1 << place(count)) - 1);
        count / LEN as u64 * u64::from(self.0.count_ones()) + u64::from(rest.count_ones())
    }
}

/// A number's index in the cycle.
fn place(number: u64) -> usize {
    // Always fits.
    usize::try_from(number % LEN as u64).unwrap_or_default()
}

/// Microseconds as seconds.
pub(super) fn seconds_of(micros: u64) -> f64 {
    float(micros) / 1e6
}

/// A count as a sample's value.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cycles() -> impl Strategy<Value = Cycle> {
        let varied = (0..5_000_000_u64, 0..100_u64).prop_map(|(us, turn)| Cycle::varied(us, turn));
        prop_oneof![varied, (0..900_000_000_u64).prop_map(Cycle::even)]
    }

    proptest! {
        #[test]
        fn sums_and_counts_are_those_of_the_durations(
            cycle in cycles(), count in 0..200_u64, bound in 0.0..40.0_f64,
        ) {
            let durations = || (0..count).map(|index| cycle.micros(index));
            prop_assert_eq!(cycle.sum(count), durations().sum::<u64>());
            let within = durations().filter(|micros| seconds_of(*micros) <= bound).count() as u64;
            prop_assert_eq!(cycle.within(bound).count(count), within);
        }
    }
}
