//! Shared text.

use foldhash::fast::RandomState;
use std::collections::HashSet;

/// Immutable text, shared by reference count. It is one machine word wide, which keeps rows small.
pub type Text = arcstr::ArcStr;

/// `true` when two texts are the same for Azure, which compares names and ids without regard to case.
pub fn same_text(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// Returns one shared [`Text`] per distinct string.
///
/// An interner lives as long as the data source instance. A refresh finds most of its strings in the interner, so that
/// the new snapshot shares them with the old one. [`Interner::forget_unused`] drops the texts that no snapshot holds
/// any longer.
#[derive(Debug, Default)]
pub struct Interner {
    texts: HashSet<Text, RandomState>,
}

impl Interner {
    /// The shared text equal to `text`.
    pub fn intern(&mut self, text: &str) -> Text {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new = Text::from(text);
        self.texts.insert(new.clone());
        new
    }

    /// Drops every text that only the interner holds.
    pub fn forget_unused(&mut self) {
        self.texts.retain(|text| {
            // `None` means a static literal, which needs no memory.
            Text::strong_count(text).is_none_or(|holders| holders > 1)
        });
        self.texts.shrink_to_fit();
    }

    /// Number of distinct texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// `true` when the interner has no texts.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_one_text() {
        let mut interner = Interner::default();
        let first = interner.intern("flux-system");
        let second = interner.intern(&String::from("flux-system"));
        assert!(Text::ptr_eq(&first, &second));
        assert_eq!(interner.len(), 1);
    }

    #[test]
    fn drops_texts_that_nothing_else_holds() {
        let mut interner = Interner::default();
        let kept = interner.intern("kept");
        interner.intern("dropped");
        interner.forget_unused();
        assert_eq!(interner.len(), 1);
        assert_eq!(kept, "kept");
    }
}
