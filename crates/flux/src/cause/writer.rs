//! The text of a cause while it is written: lists lose their repetitions, long texts their end.

use super::MAX_CAUSE;
use std::ops::Range;

const CUT: char = '…';

/// The text so far. Pieces are written whole or not at all, so that what is cut reads the same a second time.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    pub(super) is_full: bool,
    /// The list that is being written, of lists in lists the inner one.
    list: Option<List>,
}

/// Where the items of a list are in the text: those that have ended, and where the next one begins.
struct List {
    ended: Vec<Range<usize>>,
    begins: usize,
}

impl Writer {
    pub(super) fn piece(&mut self, parts: &[&str]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if self.is_full {
            return;
        }
        if self.text.len() + length > MAX_CAUSE - CUT.len_utf8() {
            self.is_full = true;
            self.text.push(CUT);
            return;
        }
        self.text.extend(parts.iter().copied());
    }

    pub(super) fn literal(&mut self, c: char) {
        match c {
            '[' => self.list = Some(List { ended: Vec::new(), begins: self.text.len() + 1 }),
            ']' => {
                self.end_item(self.text.len());
                self.list = None;
            }
            _ => {}
        }
        let mut bytes = [0; 4];
        self.piece(&[c.encode_utf8(&mut bytes)]);
    }

    pub(super) fn space(&mut self) {
        if self.text.is_empty() {
            return;
        }
        if self.list.is_some() && self.text.ends_with(',') {
            let end = self.text.len() - 1;
            self.end_item(end);
            self.text.truncate(end.min(self.text.len()));
            self.text.push(',');
            if let Some(list) = &mut self.list {
                list.begins = self.text.len() + 1;
            }
        }
        self.piece(&[" "]);
    }

    /// The item of the list that is being written ends at `end`; it goes, with the comma and the space before it, when
    /// the list holds it already.
    fn end_item(&mut self, end: usize) {
        let Some(list) = &mut self.list else { return };
        let text = |item: &Range<usize>| self.text.get(item.clone());
        let item = list.begins..end;
        if list.ended.iter().any(|earlier| text(earlier) == text(&item)) {
            self.text.truncate(item.start.saturating_sub(2));
        } else {
            list.ended.push(item);
        }
    }

    /// Whether the name of a member of a JSON object may follow.
    pub(super) fn is_before_key(&self) -> bool {
        self.text.trim_end().ends_with(['{', ','])
    }
}
