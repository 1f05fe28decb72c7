//! Unpredictable numbers for ids and tokens.

use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};

/// A different number each time, from the random hash keys of the standard library.
fn number() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// This number of hexadecimal digits.
pub(super) fn hex(length: usize) -> String {
    let mut digits = String::new();
    while digits.len() < length {
        // Writing to a String can't fail.
        let _ = write!(digits, "{:016x}", number());
    }
    digits.truncate(length);
    digits
}

/// A GUID.
pub(super) fn guid() -> String {
    let digits = hex(32);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_have_their_form() {
        assert_ne!(guid(), guid());
        assert_eq!(guid().split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(hex(5).len(), 5);
    }
}
