//! The interface between the client and the readers of rows: one page, as its raw body.

use flux::Text;

/// The members of a page besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// `totalRecords`: rows of the whole listing; `None` where the reply has none.
    pub total_records: Option<u64>,
    /// Rows in this page, those that couldn't be read included.
    pub count: u64,
    /// Of these, rows that had come before in the same listing.
    pub repeated: u64,
    /// `resultTruncated`, which Azure writes as the text `"true"` or `"false"`; absent counts as `false`.
    pub truncated: bool,
    /// `$skipToken`: opaque; `None` or empty on the last page.
    pub skip_token: Option<String>,
}

/// A body that is not a page: cut off, not JSON, or JSON of another shape. A single bad row is not a `DecodeError`: the
/// sink leaves it out and counts it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}")]
pub struct DecodeError {
    /// Where the body can't be read (`line 1 column 20`, `data[3].id`), with the reason; never its content.
    pub place: Text,
}

impl DecodeError {
    /// An error at `place`.
    pub fn at(place: impl Into<Text>) -> Self {
        Self { place: place.into() }
    }
}

/// Takes the pages of one listing in order.
pub trait PageSink {
    /// A listing begins; rows of other listings may be there already, and stay.
    fn begin(&mut self) {}

    /// Reads a whole page in one pass and keeps its rows.
    ///
    /// # Errors
    /// The body is not a page. The sink must then be as it was before the call, because the same page is requested again.
    fn page(&mut self, body: &[u8]) -> Result<Envelope, DecodeError>;

    /// Forgets the rows of this listing, which begins again from its first page.
    fn restart(&mut self);

    /// The listing has ended, and so many rows that it announced did not come, although it was begun again.
    fn incomplete(&mut self, _missing: u64) {}
}
