//! Lists names of clusters in one cell. After a limited number of names, the cell says how many more there are.

/// Most names in one cell.
const SHOWN: usize = 20;

/// Names that a cell shows, in the order in which they are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    text: String,
    count: usize,
}

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        self.count += 1;
        if self.count <= SHOWN {
            if self.count > 1 {
                self.text.push_str(", ");
            }
            self.text.push_str(name);
        }
    }

    /// How many names there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The cell's text. `None`: there are no names.
    pub(super) fn text(&self) -> Option<String> {
        match self.count {
            0 => None,
            count if count > SHOWN => Some(format!("{} and {} more", self.text, count - SHOWN)),
            _ => Some(self.text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(count: usize) -> Option<String> {
        let mut names = Names::default();
        (0..count).for_each(|number| names.add(&format!("c{number}")));
        assert_eq!(names.count(), count);
        names.text()
    }

    #[test]
    fn many_names_are_counted_instead_of_listed() {
        assert_eq!(text(0), None);
        assert_eq!(text(2).as_deref(), Some("c0, c1"));
        assert!(text(20).expect("names").ends_with(", c19"));
        assert!(text(23).expect("names").ends_with(", c19 and 3 more"));
    }
}
