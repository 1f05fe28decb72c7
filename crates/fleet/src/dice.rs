//! Random numbers that are the same on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::fmt::Write as _;

/// The subject of a random number. Each topic has its own streams, so that a new topic doesn't change the numbers of
/// the others.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Tenant = 1,
    Subscription,
    Cluster,
    Extension,
    Configuration,
    Commit,
    Source,
    Key,
    Reconcile,
    Pod,
}

/// A stream of numbers that depends on (seed, topic, index) alone, so any item can be made without the items before it.
///
/// `rand`'s range sampling may change between versions. Only the raw numbers are used, because the cipher fixes them.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, topic: Topic, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8] = topic as u8;
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(index);
        Self(generator)
    }

    /// A number in `0..limit`; 0 when `limit` is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(limit);
        // Always fits: the upper half of a 128-bit product.
        u64::try_from(product >> 64).unwrap_or_default()
    }

    /// An index into a list of `len` items.
    pub(super) fn index(&mut self, len: usize) -> usize {
        // Always fits: it is less than `len`.
        usize::try_from(self.below(len as u64)).unwrap_or_default()
    }

    /// One of `items`, which isn't empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// `length` hexadecimal digits.
    pub(super) fn hex(&mut self, length: usize) -> String {
        let mut digits = String::with_capacity(length + 15);
        while digits.len() < length {
            // Writing to a String can't fail.
            let _ = write!(digits, "{:016x}", self.0.next_u64());
        }
        digits.truncate(length);
        digits
    }

    /// A version 4 GUID in lower case.
    pub(super) fn guid(&mut self) -> String {
        let digits = self.hex(30);
        format!(
            "{}-{}-4{}-a{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[12..15],
            &digits[15..18],
            &digits[18..30]
        )
    }

    /// `length` characters of base64.
    pub(super) fn base64(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..length).map(|_| char::from(*self.pick(ALPHABET))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_fixed_for_ever() {
        let mut dice = Dice::new(1, Topic::Configuration, 7);
        let first: Vec<u64> = (0..4).map(|_| dice.below(1000)).collect();
        let mut again = Dice::new(1, Topic::Configuration, 7);
        assert_eq!(first, (0..4).map(|_| again.below(1000)).collect::<Vec<_>>());
        assert_ne!(
            Dice::new(1, Topic::Configuration, 8).hex(40),
            Dice::new(1, Topic::Configuration, 7).hex(40)
        );
        assert_ne!(
            Dice::new(1, Topic::Extension, 7).hex(40),
            Dice::new(1, Topic::Configuration, 7).hex(40)
        );
    }

    #[test]
    fn guids_have_their_form() {
        let guid = Dice::new(1, Topic::Tenant, 0).guid();
        assert_eq!(guid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
